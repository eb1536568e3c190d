/// Integer multiply-adds of a network: products of activations with weights in the layers. Products
/// with multipliers and gates, and what tables and softmaxes take, are left out: a few for each output
/// of a layer.
package struct MultiplyAdds: Sendable, Hashable {
  /// Everything but strings, all of it present.
  package let row: Int
  /// Those of a string of no codes: its first state, the sampling of its end, its feedback.
  package let string: Int
  /// Those of one more code, a character or a piece.
  package let code: Int

  package init(_ network: Network) {
    row = network.latent.factor.weights.count + network.root.multiplyAdds
    string = network.strings?.multiplyAdds ?? 0
    code = network.strings?.codeMultiplyAdds ?? 0
  }
}

extension Dense {
  fileprivate var multiplyAdds: Int { matrix.weights.count }
}

extension GRU {
  fileprivate var multiplyAdds: Int { input.weights.count + cell.matrix.weights.count }
}

extension RecurrentCell {
  fileprivate func multiplyAdds(_ input: CodeInput) -> Int {
    switch input {
    case .sums: matrix.weights.count
    case .embedding(let embedding, let weights):
      embedding.width + weights.weights.count + matrix.weights.count
    }
  }
}

extension StringDecoder {
  /// The first state, one sample of a code, and the feedback vector.
  fileprivate var multiplyAdds: Int {
    let summary =
      switch summary {
      case .encoder(let encoder): encoder.output.multiplyAdds
      case .dense(let dense): dense.multiplyAdds
      case nil: 0
      }
    return input.multiplyAdds + sampleMultiplyAdds + summary
  }

  fileprivate var codeMultiplyAdds: Int {
    var count = cell.multiplyAdds(codeInput) + sampleMultiplyAdds
    if case .encoder(let encoder) = summary {
      count += encoder.cell.multiplyAdds(encoder.codeInput)
    }
    return count
  }

  private var sampleMultiplyAdds: Int {
    guard let clusters else { return softmax.multiplyAdds }
    return clusters.dense.multiplyAdds + clusters.size * softmax.inputs
  }
}

extension TupleDecoder {
  fileprivate var multiplyAdds: Int {
    let layers = elements.reduce(input.multiplyAdds) { total, element in
      total + element.embedding.multiplyAdds + (element.gru?.multiplyAdds ?? 0)
        + element.child.multiplyAdds
    }
    switch summary {
    case .encoder(let encoder):
      return (encoder.forward + encoder.backward).reduce(layers + encoder.output.multiplyAdds) {
        $0 + $1.multiplyAdds
      }
    case .dense(let dense): return layers + dense.multiplyAdds
    case nil: return layers
    }
  }
}

extension Module {
  /// Without the strings decoded.
  fileprivate var multiplyAdds: Int {
    switch self {
    case .string: 0
    case .vocabulary(let decoder): decoder.softmax.multiplyAdds
    case .scalars(let decoder): decoder.multiplyAdds
    case .categorical(let decoder): decoder.softmax.multiplyAdds
    case .optional(let presence, _, let child, _):
      presence.multiplyAdds + child.multiplyAdds
    case .tuple(let decoder): decoder.multiplyAdds
    }
  }
}

extension ScalarDecoder {
  fileprivate var multiplyAdds: Int {
    let values =
      switch head {
      case .linear(let values): values.weights.count
      case .mixture(let mixture):
        // One component of them.
        mixture.logits.multiplyAdds
          + mixture.components.weights.count / mixture.logits.outputs
      }
    let feedback =
      (encoder?.dense.multiplyAdds ?? 0) + (encoder?.distances?.weights.count ?? 0)
    return values + (presence?.multiplyAdds ?? 0) + outputs.count * outputs.count + feedback
  }
}
