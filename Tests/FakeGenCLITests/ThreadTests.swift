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
    let line = /fakegen: 500 of 500 rows \(100 %\), \d+ rows\/s, \d+:\d\d:\d\d\n/
    #expect(result.error.wholeMatch(of: line) != nil)
    let empty = try Fakegen.run("--model", folder.model, "-n", "0", "--progress")
    #expect(empty.error == "fakegen: 0 of 0 rows (100 %), 0 rows/s, 0:00:00\n")
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
