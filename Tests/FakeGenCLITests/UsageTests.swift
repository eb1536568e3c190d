import TestSupport
import Testing

@Suite struct UsageTests {
  static let wholeNumber = "expected a whole number from 0 to 18446744073709551615, found"

  @Test(arguments: [
    (
      ["--coutn", "5"],
      "--coutn: expected one of the options of fakegen --help, found an unknown one"
    ),
    (["-x5"], "-x: expected one of the options of fakegen --help, found an unknown one"),
    (["--"], "--: expected one of the options of fakegen --help, found an unknown one"),
    (["rows.csv"], "expected options only, found the argument 'rows.csv'"),
    (["-"], "expected options only, found the argument '-'"),
    ([""], "expected options only, found the argument ''"),
    (["a\nb\u{1b}"], "expected options only, found the argument 'a\\u{a}b\\u{1b}'"),
    (["--count"], "--count: expected a value after it, found the end of the arguments"),
    (["-n"], "--count: expected a value after it, found the end of the arguments"),
    (["--count=ten"], "--count: \(wholeNumber) 'ten'"),
    (["--count", "-5"], "--count: \(wholeNumber) '-5'"),
    (["-n+5"], "--count: \(wholeNumber) '+5'"),
    (["-n", "1.5"], "--count: \(wholeNumber) '1.5'"),
    (["-n", "٣"], "--count: \(wholeNumber) '٣'"),
    (["--seed="], "--seed: \(wholeNumber) ''"),
    (["--seed", "18446744073709551616"], "--seed: \(wholeNumber) '18446744073709551616'"),
    (["--start", "x"], "--start: \(wholeNumber) 'x'"),
    (["--format", "xml"], "--format: expected csv or jsonl, found 'xml'"),
    (["-fCSV"], "--format: expected csv or jsonl, found 'CSV'"),
    (["--no-header=yes"], "--no-header: expected no value, found 'yes'"),
    (["--help=me"], "--help: expected no value, found 'me'"),
    (["--output="], "--output: expected the name of a file, found ''"),
    (["--model", ""], "--model: expected the name of a file, found ''"),
    (
      ["--start", "18446744073709551615", "--count", "2"],
      "--start and --count: expected rows below 2^64, found 18446744073709551615 + 2"
    ),
    (
      ["--start", "1", "--count", "18446744073709551615", "--start=2"],
      "--start and --count: expected rows below 2^64, found 2 + 18446744073709551615"
    ),
  ])
  func wrongUsageIsOneLineAndStatusTwo(arguments: [String], line: String) throws {
    let result = try Fakegen.run(Fakegen.path, arguments)
    #expect(result == RunResult(status: 2, output: "", error: "fakegen: \(line)\n"))
  }

  @Test(arguments: [["--help"], ["-h"], ["-n", "3", "--help", "--wrong"]])
  func help(arguments: [String]) throws {
    let result = try Fakegen.run(Fakegen.path, arguments)
    let expected = """
      Usage: fakegen [OPTION]...
      Print made-up rows that look like the data a model was trained on.

        -n, --count N        how many rows to print (default 10)
            --seed S         another seed gives other rows (default 1)
            --start K        number of the first row (default 0)
        -f, --format FORMAT  csv, or jsonl: one JSON object a line (default csv)
            --no-header      leave out CSV's line of column names
        -o, --output FILE    write to FILE, which appears whole or not at all; - is
                             standard output
            --model FILE     use the model in FILE instead of the shipped one
            --model-info     describe the model instead of printing rows
            --version        print the version
        -h, --help           print this help

      A row depends on the model, the seed and its number alone: --start 500 --count
      500 prints the last half of what --count 1000 does.

      Exit status: 1 a file failed, 2 wrong usage, 3 a row could not be made.

      """
    #expect(result == RunResult(status: 0, output: expected, error: ""))
    let lines = expected.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count <= 24 && lines.allSatisfy { $0.count <= 80 })
  }

  @Test func version() throws {
    let expected = RunResult(status: 0, output: "fakegen 0.1.0\n", error: "")
    #expect(try Fakegen.run("--version") == expected)
  }
}
