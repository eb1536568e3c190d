/// Integer multiply-adds of a network: products of activations with weights in the layers. Products
/// with multipliers and gates, and what tables and softmaxes take, are left out: a few for each
/// output of a layer.
package struct MultiplyAdds: Sendable, Hashable {
  /// Those of everything but strings, if all of it is present.
  package let row: Int
  /// Those of a string of no codes: its first state, the sampling of its end, its feedback.
  package let string: Int
  /// Those of one more code, a character or a piece.
  package let code: Int

  /// Counts the multiply-adds of `network`.
  package init(_ network: Network) {
    row = (network.latent?.factor.multiplyAdds ?? 0) + network.root.multiplyAdds
    string = network.strings?.multiplyAdds ?? 0
    code = network.strings?.codeMultiplyAdds ?? 0
  }
}
