import FakeGen
import FloatModel
import Schema

extension ModelDescription {
  /// Checks that fixed point has everything that the model is made of.
  func checkForQuantization() throws(QuantizationError) {
    func require(
      _ condition: Bool, _ reason: @autoclosure () -> String
    ) throws(QuantizationError) {
      if !condition { throw .invalidDescription(reason: reason()) }
    }
    try require(
      options.tree == .tuple,
      "expected the tree 'tuple', found '\(options.tree.rawValue)', which has no fixed-point "
        + "generator; use trainer generate")
    try require(
      options.feedback == .own || method.scalarActivation == .sigmoid,
      "with feedback \(options.feedback.rawValue) its scalarActivation should be sigmoid, found "
        + method.scalarActivation.rawValue)
    for (index, leaf) in schema.leaves.enumerated() {
      try require(
        digitRange(index).map(DigitString.isValid) ?? true,
        "the integers of \(leaf.path) should have room for every digit")
    }
    for (_, type) in schema.lists { try ofElements(type).checkForQuantization() }
    if schema.root.usesStrings {
      try require(!alphabet.isEmpty, "its alphabet is empty but there are strings")
    }
    if schema.root.leaves.contains(where: { schema.leaves[$0].kind == .digits }) {
      try require(
        alphabet.contains { (0x31...0x39).contains($0) },
        "its alphabet has no digits but there are leaves of digits")
    }
  }
}
