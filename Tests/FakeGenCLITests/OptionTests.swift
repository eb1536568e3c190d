import TestSupport
import Testing

/// What each option makes of the rows of the test model, in full.
@Suite struct OptionTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder.withModel() }

  @Test(arguments: [
    (["-n", "1"], "LON,CODE,KIND\n,533045,BOX\n"),
    (["--count=1"], "LON,CODE,KIND\n,533045,BOX\n"),
    (["-n3", "--seed", "7"], "LON,CODE,KIND\n-72.5000,728739,BAG\n,91,BAG\n,967,BOX\n"),
    (["-n1", "--seed=18446744073709551615"], "LON,CODE,KIND\n,2,BOX\n"),
    (["-n", "2", "--start", "1"], "LON,CODE,KIND\n-72.5000,107719,BOX\n-72.5000,456331,BAG\n"),
    (["--count", "1", "--start=2"], "LON,CODE,KIND\n-72.5000,456331,BAG\n"),
    (["-n3", "--shard", "2/3"], "LON,CODE,KIND\n-72.5000,107719,BOX\n"),
    (["-n2", "--shard=2/2", "--start=1"], "LON,CODE,KIND\n-72.5000,456331,BAG\n"),
    (["-n1", "--where", "KIND=BAG"], "LON,CODE,KIND\n-72.5000,456331,BAG\n"),
    (
      ["-n2", "--where=LON=-72.5", "--where", "KIND=BAG", "--where=KIND=BOX"],
      "LON,CODE,KIND\n-72.5000,107719,BOX\n-72.5000,456331,BAG\n"
    ),
    (["-n2", "--unique", "--fields=KIND"], "KIND\nBOX\nBAG\n"),
    (["-n2", "--unique", "--fields", "KIND", "--max-tries=2"], "KIND\nBOX\nBAG\n"),
    (["-n2", "--fields", "KIND,LON"], "KIND,LON\nBOX,\nBOX,-72.5000\n"),
    (["-n1", "-f", "csv"], "LON,CODE,KIND\n,533045,BOX\n"),
    (["-n1", "-ftsv"], "LON\tCODE\tKIND\n\\N\t533045\tBOX\n"),
    (["-n1", "--format", "jsonl"], "{\"LON\":null,\"CODE\":\"533045\",\"KIND\":\"BOX\"}\n"),
    (["-n1", "--format=json"], "[\n{\"LON\":null,\"CODE\":\"533045\",\"KIND\":\"BOX\"}\n]\n"),
    (["-n2", "--no-header"], ",533045,BOX\n-72.5000,107719,BOX\n"),
    (["-n2", "--no-header", "-ftsv"], "\\N\t533045\tBOX\n-72.5000\t107719\tBOX\n"),
    (["-n1", "--no-header", "-fjsonl"], "{\"LON\":null,\"CODE\":\"533045\",\"KIND\":\"BOX\"}\n"),
    (
      ["-n1", "--no-header", "-fjson"],
      "[\n{\"LON\":null,\"CODE\":\"533045\",\"KIND\":\"BOX\"}\n]\n"
    ),
    (["-n2", "--delimiter", ";"], "LON;CODE;KIND\n;533045;BOX\n-72.5000;107719;BOX\n"),
    (["-n1", "--delimiter=\\t"], "LON\tCODE\tKIND\n\t533045\tBOX\n"),
    (["-n1", "--delimiter", ".", "--start=1"], "LON.CODE.KIND\n\"-72.5000\".107719.BOX\n"),
    (
      ["-n1", "-fsql", "--table", "My \"rows\"", "--no-header"],
      "INSERT INTO \"My \"\"rows\"\"\" (\"LON\", \"CODE\", \"KIND\") VALUES\n"
        + "(NULL, 533045, 'BOX');\n"
    ),
    (
      ["-n0", "-fsql", "--table=t"],
      "CREATE TABLE IF NOT EXISTS \"t\" (\n  \"LON\" DECIMAL(19, 4),\n  \"CODE\" BIGINT NOT NULL,\n"
        + "  \"KIND\" TEXT NOT NULL\n);\n"
    ),
    (["-n1", "-o", "-"], "LON,CODE,KIND\n,533045,BOX\n"),
    (["-n1", "--output=/dev/stdout"], "LON,CODE,KIND\n,533045,BOX\n"),
    (["-n1", "--threads", "1"], "LON,CODE,KIND\n,533045,BOX\n"),
    (["-n1", "--threads=1024"], "LON,CODE,KIND\n,533045,BOX\n"),
    (["-n1", "--kernels", "reference"], "LON,CODE,KIND\n,533045,BOX\n"),
  ])
  func rowsInFull(arguments: [String], rows: String) throws {
    let fields =
      arguments.contains { $0.hasPrefix("--fields") } ? [] : ["--fields=LON,CODE,KIND"]
    let result = try Fakegen.run(Fakegen.path, ["--model=\(folder.model)"] + fields + arguments)
    #expect(result == RunResult(status: 0, output: rows, error: ""))
  }

  /// Bytes as od writes them. The first row has no place, and BOX is not written: it is 0.
  @Test(arguments: [
    (
      "proto",
      " 0a 04 10 b5 c4 20 0a 11 10 c7 c9 06 2a 0b 11 00 00 00 00 00 20 52 c0 18 2a\n"
    ),
    (
      "delimited",
      " 04 10 b5 c4 20 11 10 c7 c9 06 2a 0b 11 00 00 00 00 00 20 52 c0 18 2a\n"
    ),
  ])
  func protobufInFull(format: String, bytes: String) throws {
    let result = try Fakegen.shell(
      #""$1" --model "$2" -n2 --fields LON,CODE,KIND,AGE -f "$3" | od -An -v -tx1 -w64"#,
      folder.model, format)
    #expect(result == RunResult(status: 0, output: bytes, error: ""))
  }
}
