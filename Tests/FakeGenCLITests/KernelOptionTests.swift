import FakeGen
import TestSupport
import Testing

/// `--kernels`: levels that the machine has give the same bytes, others are refused.
@Suite struct KernelOptionTests {
  @Test func everyLevelPrintsTheSameRows() throws {
    let expected = try Fakegen.run("-n", "300", "--kernels", "reference")
    #expect(expected.status == 0 && expected.output.utf8.count { $0 == 10 } == 301)
    for level in KernelLevel.allCases where level.isSupported {
      #expect(try Fakegen.run("-n300", "--kernels=\(level.name)") == expected)
    }
    #expect(try Fakegen.run("-n300") == expected)
  }

  @Test func otherLevelsAreRefused() throws {
    let here = KernelLevel.allCases.filter(\.isSupported).map(\.name).joined(separator: ", ")
    let others = KernelLevel.allCases.filter { !$0.isSupported }.map(\.name)
    #expect(!others.isEmpty)
    for level in others + ["sse", ""] {
      #expect(
        try Fakegen.run("--kernels", level)
          == RunResult(
            status: 2, output: "",
            error: "fakegen: --kernels: expected one of this machine's \(here), found '\(level)'\n")
      )
    }
  }
}
