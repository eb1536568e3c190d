import CSystem
import FakeGen

// Compiled into the command line's own module.

/// Runs the command line with what the fuzzer invents as arguments, one a line. What it would print
/// goes to /dev/null, and counts that take time are lowered.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  let arguments = UnsafeBufferPointer(start: start, count: count)
    .split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    .map { String(decoding: $0, as: UTF8.self) }
  let command: Command
  do throws(UsageError) {
    command = try CommandParser.parse(arguments)
  } catch {
    precondition(!error.description.isEmpty)
    return 0
  }
  guard case .generate(var options) = command else { return 0 }
  options.count = min(options.count, 3)
  options.maximumTries = min(options.maximumTries, 10)
  options.threads = options.threads.map { min($0, 2) }
  options.modelPath = String(cString: getenv("FAKEGEN_FUZZ_MODEL"))
  options.outputPath = "/dev/null"
  options.showsProgress = false
  do throws(Failure) {
    try RowCommand(options).run()
  } catch {
    precondition(!error.description.isEmpty)
  }
  return 0
}
