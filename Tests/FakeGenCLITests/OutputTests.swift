import Foundation
import TestSupport
import Testing

@Suite struct OutputTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder.withModel() }

  @Test(arguments: ["--output", "-o"])
  func aFileHoldsWhatStandardOutputWould(option: String) throws {
    let result = try Fakegen.run(
      "--model", folder.model, "-n", "3000", option, folder.path("rows.csv"))
    #expect(result == RunResult(status: 0, output: "", error: ""))
    #expect(
      try folder.readText("rows.csv") == Fakegen.run("--model", folder.model, "-n", "3000").output)
    #expect(try folder.names() == ["model.fakegen", "rows.csv"])
  }

  @Test(arguments: ["--model-info", "--list-fields", "--print-proto"])
  func aFileHoldsWhatDescribesTheModel(option: String) throws {
    let result = try Fakegen.run(
      "--model", folder.model, option, "--output=\(folder.path("model.txt"))")
    #expect(result == RunResult(status: 0, output: "", error: ""))
    #expect(
      try folder.readText("model.txt") == Fakegen.run("--model", folder.model, option).output)
    #expect(try folder.names() == ["model.fakegen", "model.txt"])
  }

  @Test func aDashIsStandardOutput() throws {
    #expect(
      try Fakegen.run("--model", folder.model, "-o-") == Fakegen.run("--model", folder.model))
  }

  @Test func aReplacedFileKeepsItsPermissionsAndItsLink() throws {
    let path = folder.path("rows.csv")
    let old = String(repeating: "old\n", count: 10_000)
    try Data(old.utf8).write(to: URL(fileURLWithPath: path))
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
    let link = folder.path("link.csv")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)

    #expect(try Fakegen.run("--model", folder.model, "-o", link).status == 0)
    #expect(try folder.readText("rows.csv") == Fakegen.run("--model", folder.model).output)
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.posixPermissions] as? Int == 0o640)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == path)
    #expect(try folder.names() == ["link.csv", "model.fakegen", "rows.csv"])
  }

  /// Links lead to the file that they name, though it is not there yet: absolute and relative ones.
  @Test func aLinkToAMissingFileMakesThatFile() throws {
    let rows = try Fakegen.run("--model", folder.model).output
    let manager = FileManager.default
    try manager.createDirectory(atPath: folder.path("sub"), withIntermediateDirectories: false)
    for (link, destination) in [
      ("absolute", folder.path("rows-0")), ("relative", "rows-1"), ("through", "sub/link"),
      ("sub/link", "../rows-2"),
    ] {
      try manager.createSymbolicLink(atPath: folder.path(link), withDestinationPath: destination)
    }
    for (index, link) in ["absolute", "relative", "through"].enumerated() {
      let result = try Fakegen.run("--model", folder.model, "-o", folder.path(link))
      #expect(result == RunResult(status: 0, output: "", error: ""))
      #expect(try folder.readText("rows-\(index)") == rows)
      #expect(throws: Never.self) {
        try manager.destinationOfSymbolicLink(atPath: folder.path(link))
      }
    }
    #expect(
      try folder.names() == [
        "absolute", "model.fakegen", "relative", "rows-0", "rows-1", "rows-2", "sub", "through",
      ])
    // A link to itself leads nowhere, and stays.
    try manager.createSymbolicLink(atPath: folder.path("loop"), withDestinationPath: "loop")
    #expect(try Fakegen.run("--model", folder.model, "-o", folder.path("loop")).status != 0)
    #expect(try manager.destinationOfSymbolicLink(atPath: folder.path("loop")) == "loop")
  }

  /// Rows never replace the model that they are made with, by whatever name it goes.
  @Test func theModelInUseStays() throws {
    let manager = FileManager.default
    try manager.createSymbolicLink(
      atPath: folder.path("link"), withDestinationPath: "model.fakegen")
    try manager.linkItem(atPath: folder.model, toPath: folder.path("other"))
    let model = try folder.read("model.fakegen")
    let arguments = [["-n3"], ["--model-info"], ["--list-fields"], ["--print-proto"]]
    for name in ["model.fakegen", "./model.fakegen", "link", "other"] {
      for used in ["model.fakegen", "link"] {
        for rest in arguments {
          let path = folder.path(name)
          #expect(
            try Fakegen.run(
              Fakegen.path, ["--model", folder.path(used), "-o", path] + rest)
              == RunResult(
                status: 1, output: "",
                error: "fakegen: \(path): cannot be written: expected another file than the model "
                  + "in use\n"))
        }
      }
    }
    #expect(try folder.read("model.fakegen") == model)
    #expect(try folder.names() == ["link", "model.fakegen", "other"])
    // Another model may be replaced.
    #expect(try Fakegen.run("-n1", "-o", folder.path("other")).status == 0)
    #expect(try folder.read("model.fakegen") == model)
  }

  /// Names as long as the system takes them, and no longer.
  @Test func aNameOfAsManyBytesAsThereMayBe() throws {
    let rows = try Fakegen.run("--model", folder.model).output
    for name in [String(repeating: "n", count: 255), String(repeating: "é", count: 127) + "n"] {
      for _ in 0..<2 {
        let result = try Fakegen.run("--model", folder.model, "-o", folder.path(name))
        #expect(result == RunResult(status: 0, output: "", error: ""))
        #expect(try folder.readText(name) == rows)
      }
      #expect(try folder.names() == ["model.fakegen", name])
      try FileManager.default.removeItem(atPath: folder.path(name))
    }
    let longer = folder.path(String(repeating: "n", count: 256))
    #expect(
      try Fakegen.run("--model", folder.model, "-o", longer)
        == RunResult(
          status: 1, output: "",
          error: "fakegen: \(longer): cannot be written: File name too long\n"))
    #expect(try folder.names() == ["model.fakegen"])
  }

  #if os(Linux)
    /// A name that is no UTF-8 is refused, since another file would be meant; in a folder of such a
    /// name all is well.
    @Test func namesThatAreNoUTF8() throws {
      let script = #"""
        program=$1 model=$2; cd "$3"; mkdir $'folder-\xff'; cd $'folder-\xff'
        "$program" --model "$model" -o $'rows-\xff.csv' 2> message; echo $?; cat message
        "$program" --model $'model-\xff' -n 1 2> /dev/null; echo $?
        "$program" --model "$model" -o rows.csv && "$program" --model "$model" -o rows.csv
        ln -s rows.csv link && "$program" --model "$model" -o link
        "$program" --model "$model" | cmp - rows.csv; echo $?; rm message; ls; cd ..; ls
        """#
      let result = try Fakegen.shell(script, folder.model, folder.path)
      let line =
        "fakegen: argument 4: expected UTF-8, found other bytes in 'rows-\u{FFFD}.csv'; a file of that "
        + "name can be written to by redirecting standard output\n"
      #expect(result.status == 0 && result.error == "")
      #expect(
        result.output.hasPrefix("2\n" + line + "2\n0\nlink\nrows.csv\n"), "\(result.output)")
      #expect(result.output.hasSuffix("model.fakegen\n"))
    }
  #endif

  /// `-o /dev/stdout` is standard output, even where that is a file that others write to as well.
  @Test func theFileThatStandardOutputGoesToIsNotReplaced() throws {
    let path = folder.path("log")
    let result = try Fakegen.shell(
      #"{ echo first; "$1" --model "$2" -o /dev/stdout; echo last; } > "$3""#, folder.model, path)
    #expect(result == RunResult(status: 0, output: "", error: ""))
    let rows = try Fakegen.run("--model", folder.model).output
    #expect(try folder.readText("log") == "first\n" + rows + "last\n")
    #expect(
      try Fakegen.shell(#""$1" --model "$2" -o "$3" >> "$3""#, folder.model, path).status == 0)
    #expect(try folder.readText("log") == "first\n" + rows + "last\n" + rows)
  }

  @Test func whatIsNoRegularFileIsWrittenToDirectly() throws {
    let result = try Fakegen.shell(
      #"mkfifo "$3" && { "$1" --model "$2" --output "$3" & timeout 60 cat "$3"; wait $!; }"#,
      folder.model, folder.path("pipe"))
    #expect(try result == Fakegen.run("--model", folder.model))
    #expect(try folder.names() == ["model.fakegen", "pipe"])
  }

  @Test func filesThatCannotBeWritten() throws {
    let missing = folder.path("missing/rows.csv")
    #expect(
      try Fakegen.run("--model", folder.model, "-o", missing)
        == RunResult(
          status: 1, output: "",
          error: "fakegen: \(missing): cannot be written: No such file or directory\n"))
    #expect(
      try Fakegen.run("--model", folder.model, "-o", folder.path)
        == RunResult(
          status: 1, output: "",
          error: "fakegen: \(folder.path): cannot be written: expected the name of a file, "
            + "found a folder\n"))
  }

  @Test func aBadModelLeavesTheOldFile() throws {
    try Data("old\n".utf8).write(to: URL(fileURLWithPath: folder.path("rows.csv")))
    let result = try Fakegen.run("--model", "/dev/null/x", "-o", folder.path("rows.csv"))
    #expect(result.status == 1)
    #expect(try folder.readText("rows.csv") == "old\n")
    #expect(try folder.names() == ["model.fakegen", "rows.csv"])
  }

  @Test func aClosedStandardOutput() throws {
    #expect(
      try Fakegen.shell(#"exec "$1" --model "$2" >&-"#, folder.model)
        == RunResult(
          status: 1, output: "",
          error: "fakegen: standard output: cannot be written: Bad file descriptor\n"))
  }

  /// Nothing else comes into the file that gets the number of standard error or output.
  @Test func closedStandardDescriptors() throws {
    let rows = try Fakegen.run("--model", folder.model, "-n", "500").output
    for closed in ["2>&-", ">&-", ">&- 2>&-", "<&- >&- 2>&-"] {
      let result = try Fakegen.shell(
        #"eval "exec \"\$1\" --model \"\$2\" -n 500 --progress -o \"\$3\" $4""#, folder.model,
        folder.path("rows.csv"), closed)
      #expect(result.status == 0 && result.output == "")
      #expect(result.error.split(separator: "\n").count == (closed.contains("2") ? 0 : 1))
      #expect(try folder.readText("rows.csv") == rows)
    }
  }

  /// A closed descriptor's number stands for /dev/null, which can still be written to by its name.
  @Test func aDeviceWithoutStandardOutput() throws {
    #expect(
      try Fakegen.shell(#"exec "$1" --model "$2" -o /dev/null >&-"#, folder.model)
        == RunResult(status: 0, output: "", error: ""))
  }

  #if os(Linux)
    @Test(arguments: [
      ["-n", "3"], ["-n", "100000", "--threads=3"], ["-fjson"], ["-fsql"], ["-fproto"],
      ["--model-info"], ["--list-fields"], ["--print-proto"],
    ])
    func aFullDiskByItsName(arguments: [String]) throws {
      let result = try Fakegen.run(
        Fakegen.path, ["--model", folder.model, "--output", "/dev/full"] + arguments)
      #expect(
        result
          == RunResult(
            status: 1, output: "",
            error: "fakegen: /dev/full: cannot be written: No space left on device\n"))
    }

    @Test(arguments: [["-n", "3"], ["-n", "100000"], ["--model-info"], ["--help"], ["--version"]])
    func aFullDisk(arguments: [String]) throws {
      let script =
        #"program=$1 model=$2; shift 2; exec "$program" --model "$model" "$@" >/dev/full"#
      let result = try Fakegen.run(
        "/usr/bin/env", ["bash", "-c", script, "bash", Fakegen.path, folder.model] + arguments)
      #expect(
        result
          == RunResult(
            status: 1, output: "",
            error: "fakegen: standard output: cannot be written: No space left on device\n"))
    }

    @Test func aFileTooLargeForItsLimitLeavesNothing() throws {
      let result = try Fakegen.shell(
        #"trap '' XFSZ; ulimit -f 64; exec "$1" --model "$2" -n 100000 -o "$3""#,
        folder.model, folder.path("rows.csv"))
      #expect(
        result
          == RunResult(
            status: 1, output: "",
            error: "fakegen: \(folder.path("rows.csv")): cannot be written: File too large\n"))
      #expect(try folder.names() == ["model.fakegen"])
    }
  #endif

  @Test func aReaderThatGoesAwayEndsItQuietly() throws {
    let result = try Fakegen.shell(
      #""$1" --model "$2" -n 1000000000 | head -n 1; echo "${PIPESTATUS[0]}""#, folder.model)
    #expect(result.status == 0 && result.error == "")
    #expect(result.output.hasSuffix("\n141\n"))
  }

  @Test func aReaderThatGoesAwayEndsItQuietlyWhereTheSignalIsIgnored() throws {
    let result = try Fakegen.shell(
      #"trap '' PIPE; "$1" --model "$2" -n 1000000000 | head -n 1; echo "${PIPESTATUS[0]}""#,
      folder.model)
    #expect(result.status == 0 && result.error == "")
    #expect(result.output.hasSuffix("\n141\n"))
  }

  @Test(arguments: [
    "--help", "--version", "--self-test", "--model-info", "--list-fields", "--print-proto", "-fcsv",
    "-ftsv", "-fjsonl", "-fjson", "-fsql", "-fproto", "-fdelimited",
  ])
  func aReaderThatHasGoneAwayBefore(option: String) throws {
    let script = #"trap '' PIPE; { sleep 0.3; "$1" "$2"; echo $? >&2; } | :"#
    #expect(
      try Fakegen.shell(script, option) == RunResult(status: 0, output: "", error: "141\n"))
  }

  /// Python sends the signals, since threads of this process have them blocked, and other tests in it
  /// have them ignored for a while; processes that it starts inherit both.
  static let sendSignal = """
    import glob, signal, subprocess, sys, time
    program, model, output, count, number, is_ignored = sys.argv[1:]
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    signal.signal(int(number), signal.SIG_IGN if is_ignored == "true" else signal.SIG_DFL)
    child = subprocess.Popen([program, "--model", model, "--count", count, "--output", output])
    # The temporary file shows that the program has come to writing.
    while not glob.glob(output + ".*") and child.poll() is None: time.sleep(0.001)
    child.send_signal(int(number))
    print(child.wait())
    """

  @Test(arguments: [SIGTERM, SIGINT, SIGHUP])
  func aSignalLeavesNoFile(number: Int32) throws {
    let result = try Fakegen.python(
      Self.sendSignal, Fakegen.path, folder.model, folder.path("rows.csv"), "1000000000",
      "\(number)", "false")
    // Python gives death by a signal as the signal's negative.
    #expect(result == RunResult(status: 0, output: "\(-number)\n", error: ""))
    #expect(try folder.names() == ["model.fakegen"])
  }

  @Test func anIgnoredSignalChangesNothing() throws {
    let result = try Fakegen.python(
      Self.sendSignal, Fakegen.path, folder.model, folder.path("rows.csv"), "30000",
      "\(SIGHUP)", "true")
    #expect(result == RunResult(status: 0, output: "0\n", error: ""))
    #expect(try folder.names() == ["model.fakegen", "rows.csv"])
  }
}
