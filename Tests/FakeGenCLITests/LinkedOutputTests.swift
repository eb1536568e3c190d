import FakeGen
import Foundation
import TestModels
import TestSupport
import Testing

/// Linked tables as files and as SQL, as other programs read them.
@Suite struct LinkedOutputTests {
  private let folder: TemporaryFolder
  private let model: String

  init() throws {
    folder = try TemporaryFolder()
    model = try folder.write(LinkedModel.bytes, to: "shops.fakegen")
  }

  private func run(_ arguments: String...) throws -> RunResult {
    try Fakegen.run(Fakegen.path, ["--model", model] + arguments)
  }

  private func lines(_ name: String) throws -> [String] {
    try folder.readText(name).split(separator: "\n").map(String.init)
  }

  @Test func aFileForEachTable() throws {
    let result = try run("-n", "300", "--seed", "5", "--output", folder.path("out") + "/")
    #expect(result.status == 0 && result.output.isEmpty && result.error.isEmpty, "\(result.error)")
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path("out")).sorted()
        == ["parts.csv", "sales.csv", "shops.csv"])
    let (shops, sales, parts) = try (
      lines("out/shops.csv"), lines("out/sales.csv"), lines("out/parts.csv")
    )
    #expect(shops[0] == "name,id" && sales[0] == "number,shop,price")
    #expect(parts[0] == "sale,count,color,code")
    var expected: (shops: [String], sales: [String], parts: [String]) = ([], [], [])
    var generator = Generator(model: try Model(bytes: LinkedModel.bytes), seed: 5)
    func text(_ field: Field) -> String {
      var bytes: [UInt8] = []
      field.append(to: &bytes)
      return String(decoding: bytes, as: UTF8.self)
    }
    for row in 0..<300 as Range<UInt64> {
      let fields = try generator.row(row).fields
      expected.shops.append(text(fields[0]) + "," + text(fields[1]))
      guard case .list(let rows) = fields[2] else { continue }
      for sale in rows {
        let price = text(sale.fields[1])
        let spelled = price.hasPrefix("-") ? "-$" + price.dropFirst() : "$" + price
        expected.sales.append("\(text(sale.fields[0])),\(text(fields[1])),\(spelled)")
        guard case .list(let inner) = sale.fields[2] else { continue }
        for part in inner {
          expected.parts.append(
            ([text(sale.fields[0])] + part.fields.map(text)).joined(separator: ","))
        }
      }
    }
    #expect(Array(shops.dropFirst()) == expected.shops)
    #expect(Array(sales.dropFirst()) == expected.sales)
    #expect(Array(parts.dropFirst()) == expected.parts)
    #expect(expected.sales.count > 100 && expected.parts.count > 100)
  }

  /// Files are the same whatever the threads, and shards in order are the whole.
  @Test func filesDoNotDependOnThreads() throws {
    func files(_ arguments: String...) throws -> [String] {
      let result = try Fakegen.run(
        Fakegen.path,
        ["--model", model, "-n", "700", "--no-header", "-f", "tsv", "-o", folder.path("t") + "/"]
          + arguments)
      #expect(result.status == 0, "\(result.error)")
      return try ["shops", "sales", "parts"].map { try folder.readText("t/\($0).tsv") }
    }
    let whole = try files("--threads", "1")
    #expect(try files("--threads", "2") == whole)
    let shards = try [files("--shard", "1/2"), files("--shard", "2/2")]
    #expect(zip(shards[0], shards[1]).map { $0 + $1 } == whole)
  }

  @Test func csvNeedsAFolder() throws {
    for arguments in [[], ["-o", folder.path("file")], ["-f", "tsv"]] {
      let result = try Fakegen.run(Fakegen.path, ["--model", model] + arguments)
      #expect(result.status == 2 && result.output.isEmpty)
      #expect(result.error.contains("--output: expected a folder, as in --output tables/"))
      #expect(result.error.contains("shops, sales, parts"))
    }
    #expect(!FileManager.default.fileExists(atPath: folder.path("file")))
    // Columns of the first table go anywhere.
    let columns = try run("-n", "2", "--fields", "id")
    #expect(columns.output == "id\n100\n101\n")
  }

  @Test func theModelIsNoOutput() throws {
    let other = try TemporaryFolder()
    let path = try other.write(LinkedModel.bytes, to: "shops.csv")
    let result = try Fakegen.run(Fakegen.path, ["--model", path, "-o", other.path("")])
    #expect(result.status == 1 && result.error.contains("expected another file than the model"))
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: other.path("")) == ["shops.csv"])
  }

  @Test func sqlDeclaresKeys() throws {
    let result = try run("-n", "0", "-f", "sql", "--dialect", "postgres")
    #expect(
      result.output == """
        CREATE TABLE IF NOT EXISTS "shops" (
          "name" BOOLEAN NOT NULL,
          "id" BIGINT NOT NULL,
          PRIMARY KEY ("id")
        );
        CREATE TABLE IF NOT EXISTS "sales" (
          "number" TEXT NOT NULL,
          "shop" BIGINT NOT NULL,
          "price" DECIMAL(19, 2) NOT NULL,
          PRIMARY KEY ("number"),
          FOREIGN KEY ("shop") REFERENCES "shops" ("id")
        );
        CREATE TABLE IF NOT EXISTS "parts" (
          "sale" TEXT NOT NULL,
          "count" BIGINT NOT NULL,
          "color" BIGINT NOT NULL,
          "code" TEXT NOT NULL,
          PRIMARY KEY ("code"),
          FOREIGN KEY ("sale") REFERENCES "sales" ("number"),
          FOREIGN KEY ("color") REFERENCES "colors" ("id")
        );
        BEGIN;
        COMMIT;

        """)
    let mysql = try run("-n", "0", "-f", "sql", "--dialect", "mysql").output
    #expect(mysql.contains("`number` VARCHAR(255) NOT NULL"))
    #expect(mysql.contains("`sale` VARCHAR(255) NOT NULL"))
    let named = try run("-n", "0", "-f", "sql", "--table", "t")
    #expect(named.status == 2 && named.error.contains("--table: expected no linked tables with it"))
  }

  /// SQLite takes two shards with its foreign keys on, and finds none broken.
  @Test func sqliteTakesTheKeys() throws {
    let result = try Fakegen.shell(
      #"""
      set -e; program=$1 model=$2; cd "$3"
      sqlite3 t.db 'CREATE TABLE colors (id INTEGER PRIMARY KEY); INSERT INTO colors VALUES (3), (14), (15)'
      for shard in 1/2 2/2; do
        (echo 'PRAGMA foreign_keys=ON;'; "$program" --model "$model" -n 400 --shard $shard -f sql --dialect sqlite) |
          sqlite3 -bail t.db
      done
      sqlite3 t.db 'PRAGMA foreign_key_check' \
        'SELECT count(*) FROM shops' \
        'SELECT count(*) > 100 FROM parts JOIN sales ON sale = number JOIN shops ON shop = shops.id JOIN colors c ON c.id = color' \
        'SELECT (SELECT count(*) FROM parts) = count(*) FROM parts JOIN sales ON sale = number'
      """#, model, folder.path(""))
    #expect(result.status == 0, "\(result.error)")
    #expect(result.output == "400\n1\n1\n")
  }

  /// What no database declares the type of is referred to by values alone.
  @Test func undeclaredKeysAreNotReferredTo() throws {
    let other = try folder.write(
      LinkedModel.bytes { $0.tables[2].references[0].isDeclared = false }, to: "other.fakegen")
    let result = try Fakegen.run(Fakegen.path, ["--model", other, "-n", "0", "-f", "sql"])
    #expect(result.output.contains("\"color\" BIGINT NOT NULL"))
    #expect(result.output.contains("REFERENCES \"sales\""))
    #expect(!result.output.contains("colors"))
  }

  @Test(arguments: [SIGTERM, SIGINT, SIGHUP])
  func aSignalLeavesNoFile(number: Int32) throws {
    let result = try Fakegen.python(
      """
      import glob, signal, subprocess, sys, time
      program, model, output, number = sys.argv[1:]
      signal.pthread_sigmask(signal.SIG_SETMASK, [])
      signal.signal(int(number), signal.SIG_DFL)
      child = subprocess.Popen([program, "--model", model, "--count", "1000000000", "--output", output])
      # The temporary files show that the program has come to writing.
      while len(glob.glob(output + "*.tmp")) < 3 and child.poll() is None: time.sleep(0.001)
      child.send_signal(int(number))
      print(child.wait())
      """, Fakegen.path, model, folder.path("out") + "/", "\(number)")
    // Python gives death by a signal as the signal's negative.
    #expect(result == RunResult(status: 0, output: "\(-number)\n", error: ""))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("out")) == [])
  }

  /// Where one file cannot be written, none appears, and those that were there stay.
  @Test func aFullDiskLeavesNoFile() throws {
    let result = try Fakegen.shell(
      #"""
      mkdir "$3" && cd "$3" && ln -s /dev/full parts.csv && echo before > shops.csv
      "$1" --model "$2" -n 3000 -o . ; echo "$?"; ls -A; cat shops.csv
      trap '' XFSZ; ulimit -f 64; rm parts.csv; "$1" --model "$2" -n 100000 -o . ; echo "$?"; ls -A
      """#, model, folder.path("out"))
    #expect(result.output == "1\nparts.csv\nshops.csv\nbefore\n1\nshops.csv\n")
    #expect(result.error.contains("parts.csv: cannot be written: No space left on device"))
    #expect(result.error.contains(".csv: cannot be written: File too large"))
  }

  @Test func documentsStayNested() throws {
    let result = try run("-n", "50", "-f", "jsonl")
    #expect(result.status == 0 && result.output.contains(#""sales":[{"number":""#))
    #expect(!result.output.contains("\"shop\""))
    let information = try run("--model-info").output
    #expect(information.contains("shops (key id)"))
    #expect(information.contains("sales (key number; shop of shops)"))
    #expect(
      information.contains("parts (key code; sale of sales; color of colors, which stays as it is)")
    )
  }
}
