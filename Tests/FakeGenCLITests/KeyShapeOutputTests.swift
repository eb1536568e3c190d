import FakeGen
import TestModels
import TestSupport
import Testing

/// Keys whose shape a hidden leaf says, as the program prints them.
@Suite struct KeyShapeOutputTests {
  private let model: String
  private let folder: TemporaryFolder

  init() throws {
    var rules = RuleModel.rules
    rules.derived[0] = DerivedLeaf(
      leaf: 0, rule: .shapes(KeyShapes(stream: 1, shapes: RuleModel.shapes, leaf: 8)))
    folder = try TemporaryFolder()
    model = try folder.write(RuleModel.content(rules: rules).encoded(), to: "shapes.fakegen")
  }

  @Test func shardsAndThreadsHaveTheSameKeys() throws {
    func keys(_ arguments: String...) throws -> [String] {
      let result = try Fakegen.run(
        Fakegen.path,
        ["--model", model, "-n", "3000", "--no-header", "--fields", "ID"] + arguments)
      #expect(result.status == 0 && result.error == "", "\(result.error)")
      return result.output.split(separator: "\n").map(String.init)
    }
    let all = try keys()
    #expect(Set(all).count == 3_000)
    let shards = try (1...3).flatMap { try keys("--shard", "\($0)/3", "--threads", "2") }
    #expect(shards == all)
  }

  @Test func informationNamesTheLeaf() throws {
    let information = try Fakegen.run("--model", model, "--model-info").output
    #expect(
      information.contains(
        "ID: a key like N[0-9]{2}[A-Z] or [xy][èé][ab][a-d] or [0-9a-f]{20}, the shape by weekday\n"
      ), "\(information)")
  }
}
