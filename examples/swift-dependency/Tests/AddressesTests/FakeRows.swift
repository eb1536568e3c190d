import FakeGen
import ShippedModel
import Testing

@testable import Addresses

/// A trait that gives a test rows of its own: the seed comes from the names of its
/// file and itself, so that the rows
/// are the same alone, among others and on every machine. Copy it into your tests.
///
///     @Test(.fakeRows) func labels() throws {
///       var rows = FakeRows.current
///       … try rows.row(0) …
///     }
struct FakeRows: TestTrait, SuiteTrait, TestScoping {
  @TaskLocal private static var generator: Generator?

  /// The running test's generator.
  static var current: Generator {
    guard let generator else { preconditionFailure("the test has no trait .fakeRows") }
    return generator
  }

  var isRecursive: Bool { true }

  func provideScope(
    for test: Test, testCase: Test.Case?,
    performing function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    let name = "\(test.sourceLocation.fileID) \(test.name)"
    let generator = Generator(model: try Model.shipped(), seed: Self.seed(of: name.utf8))
    try await Self.$generator.withValue(generator, operation: function)
  }

  /// FNV-1a.
  static func seed(of name: some Sequence<UInt8>) -> UInt64 {
    name.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}

extension Trait where Self == FakeRows {
  /// Rows of the model that comes with fakegen.
  static var fakeRows: Self { FakeRows() }
}
