import Foundation
import TestSupport
import Testing

@Suite struct ThreadTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder.withModel() }

  @Test(arguments: [
    ["-f", "csv"], ["-f", "tsv"], ["-f", "json"], ["-f", "sql"], ["-f", "proto"],
    ["--where", "SOLD=true"], ["--unique", "--fields=CODE"],
  ])
  func anyNumberGivesTheSameBytes(arguments: [String]) throws {
    func rows(_ threads: Int) throws -> [UInt8] {
      let path = folder.path("rows")
      let result = try Fakegen.run(
        Fakegen.path,
        ["--model", folder.model, "-n", "2500", "--threads", "\(threads)", "-o", path] + arguments)
      #expect(result == RunResult(status: 0, output: "", error: ""))
      return try folder.read("rows")
    }
    let expected = try rows(1)
    #expect(expected.count > 2500)
    for threads in [2, 3, 16, 100] { #expect(try rows(threads) == expected) }
  }

  /// The most memory that the program held, in KiB, by Python's word.
  private func peakMemory(_ arguments: String...) throws -> Int {
    let result = try Fakegen.python(
      """
      import resource, subprocess, sys
      subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
      peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
      print(peak if sys.platform == "linux" else peak // 1024)
      """, [Fakegen.path] + arguments)
    return try #require(Int(result.output.trimmingCharacters(in: .whitespacesAndNewlines)))
  }

  @Test(arguments: ["1", "4"]) func memoryDoesNotGrowWithTheRows(threads: String) throws {
    let model = "--model=\(folder.model)"
    let few = try peakMemory(model, "-n", "2000", "--threads", threads)
    let many = try peakMemory(model, "-n", "400000", "--threads", threads)
    // The rows are 20 MB.
    #expect(many < few + 2048)
  }

  @Test func progress() throws {
    let result = try Fakegen.run("--model", folder.model, "-n", "500", "--progress")
    #expect(try result.output == Fakegen.run("--model", folder.model, "-n", "500").output)
    #expect(result.status == 0)
    let line = /fakegen: 500 of 500 rows \(100 %\), \d+ rows\/s, \d+:\d\d:\d\d\n/
    #expect(result.error.wholeMatch(of: line) != nil)
    let empty = try Fakegen.run("--model", folder.model, "-n", "0", "--progress")
    #expect(empty.error == "fakegen: 0 of 0 rows (100 %), 0 rows/s, 0:00:00\n")
    #expect(empty.status == 0 && empty.output.split(separator: "\n").count == 1)
    let dry = try Fakegen.run(
      "--model", folder.model, "--where=AGE=43", "--max-tries=9", "--progress", "-fjsonl")
    let error =
      /fakegen: 0 of 10 rows \(0 %\), 0 rows\/s, 0:00:00\nfakegen: ran dry after 9 rows: [^\n]*\n/
    #expect(dry.status == 3 && dry.output == "" && dry.error.wholeMatch(of: error) != nil)
  }

  /// A terminal shows one line that is written over. The program waits for its reader, so that there
  /// is time for it.
  @Test func progressOnATerminal() throws {
    let result = try Fakegen.python(
      """
      import os, pty, subprocess, sys, time
      terminal, other = pty.openpty()
      child = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, stderr=other)
      os.close(other)
      time.sleep(0.8)
      rows = child.stdout.read()
      text = b""
      try:
          while block := os.read(terminal, 4096): text += block
      except OSError: pass
      sys.stdout.buffer.write(text)
      sys.exit(child.wait() or rows.count(b"{") != 20000)
      """, Fakegen.path, "--model", folder.model, "-n20000", "-fjsonl", "--progress")
    let line = /\rfakegen: \d+ of 20000 rows \(\d+ %\), \d+ rows\/s, \d:\d\d:\d\d left\u{1B}\[K/
    // The terminal puts a carriage return before the line feed.
    let last =
      /\rfakegen: 20000 of 20000 rows \(100 %\), \d+ rows\/s, \d:\d\d:\d\d\u{1B}\[K\r\n/
    let shown = result.output.replacing(line, with: "")
    #expect(shown.wholeMatch(of: last) != nil && shown != result.output)
    #expect(result.status == 0 && result.error == "")
  }

  #if os(Linux)
    @Test(arguments: ["1", "3"]) func aFullDiskStopsTheThreads(threads: String) throws {
      let result = try Fakegen.shell(
        #""$1" --model "$2" -n 100000000 --threads "$3" > /dev/full"#, folder.model, threads)
      #expect(
        result
          == RunResult(
            status: 1, output: "",
            error: "fakegen: standard output: cannot be written: No space left on device\n"))
    }
  #endif
}
