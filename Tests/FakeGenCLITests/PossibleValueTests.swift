import FakeGen
import TestModels
import TestSupport
import Testing

/// `--where` says at once that no row has a value.
@Suite struct PossibleValueTests {
  let folder: TemporaryFolder
  let models: [String: String]

  init() throws {
    folder = try TemporaryFolder()
    models = [
      "test": try folder.write(TestModel.bytes, to: "test.fakegen"),
      "rules": try folder.write(RuleModel.bytes, to: "rules.fakegen"),
      "kinds": try folder.write(KindModel.bytes, to: "kinds.fakegen"),
      "synthetic": try folder.write(
        SyntheticModel.bytes(feedback: .state), to: "synthetic.fakegen"),
    ]
  }

  private func run(_ model: String, _ arguments: String...) throws -> RunResult {
    try Fakegen.run(Fakegen.path, ["--model", models[model] ?? ""] + arguments)
  }

  @Test(arguments: [
    ("test", "NOTE=ü", "NOTE a text of the 25 characters that the model has, without 'ü'"),
    ("test", "NOTE=1234567", "NOTE at most 6 characters"),
    ("test", "CODE=1000000", "CODE a whole number from 0 to 999999"),
    ("test", "CODE=-1", "CODE a whole number from 0 to 999999"),
    ("test", "AGE=1000001", "AGE values from -1000000 to 1000000"),
    ("test", "LON=-100.0001", "LON values from -100.0000 to 100.0000"),
    ("rules", "PRICE=-0.51", "PRICE values from -0.50 to 999.99"),
    ("rules", "PRICE=1000", "PRICE values from -0.50 to 999.99"),
    ("rules", "PRICE=-0.49", "PRICE values such as -0.50 or 0.00"),
    ("rules", "PRICE=20", "PRICE values such as 15.00 or 100.00"),
    ("rules", "TENS=10", "TENS values from 0 to 9"),
    ("rules", "DAY=1990-01-01", "DAY values from 2015-12-28 to 2023-09-10"),
    ("rules", "STATE=FULL", "STATE one of its 2 values, perhaps 'full'"),
    ("rules", "STATE=half", "STATE one of 'full', 'é empty'"),
    ("kinds", "select=12345678", "select at most 7 characters"),
    ("kinds", "clock=24:00:00.000", "clock a moment like"),
  ])
  func valuesThatNoRowHas(model: String, condition: String, expected: String) throws {
    let result = try run(model, "--where", condition)
    #expect(result.status == 2 && result.output == "")
    #expect(result.error.hasPrefix("fakegen: --where: expected for \(expected)"), "\(result.error)")
  }

  /// Nothing that rows hold is refused.
  @Test(arguments: ["test", "rules", "kinds", "synthetic"])
  func everyValueOfARowMayBeAskedFor(model: String) throws {
    var generator = Generator(
      model: try Model(bytes: folder.read("\(model).fakegen")), seed: 1)
    for index in 0..<3 as Range<UInt64> {
      let row = try generator.row(index)
      var conditions: [String] = []
      for (column, field) in zip(generator.model.columns, row.fields) {
        var bytes: [UInt8] = []
        field.append(to: &bytes)
        conditions += ["--where", column.name + "=" + String(decoding: bytes, as: UTF8.self)]
      }
      let arguments = ["--model", models[model] ?? "", "--start", "\(index)", "-n1", "-fjsonl"]
      let result = try Fakegen.run(Fakegen.path, arguments + conditions)
      #expect(result.status == 0, "\(result.error)")
      #expect(try result == Fakegen.run(Fakegen.path, arguments))
    }
  }

  /// Numbers may be written as the training table spells them.
  @Test func numbersAsTheyAreSpelled() throws {
    let model = try Model(bytes: NumberModel.spelledBytes)
    let path = try folder.write(NumberModel.spelledBytes, to: "spelled.fakegen")
    var generator = Generator(model: model, seed: 1)
    for index in 0..<3 as Range<UInt64> {
      try generator.select(row: index)
      for column in [0, 2] {
        var (plain, spelled): ([UInt8], [UInt8]) = ([], [])
        generator.append(column, to: &plain)
        generator.appendSpelled(column, to: &spelled)
        #expect(plain != spelled)
        let results = try [plain, spelled].map { value in
          let condition = model.columns[column].name + "=" + String(decoding: value, as: UTF8.self)
          return try Fakegen.run(
            Fakegen.path,
            ["--model", path, "--start", "\(index)", "-n1", "--where", condition])
        }
        #expect(results[0].status == 0 && results[0] == results[1], "\(results[1].error)")
      }
    }
  }
}
