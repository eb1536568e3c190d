/// Rows of one or several tensors, by address: value and gradient of each.
public struct RowReference<S: Scalar>: BitwiseCopyable {
  let values: UnsafePointer<S>
  let gradient: UnsafeMutablePointer<S>
}

extension Tensor {
  /// Refers to row `index` for `Tape.gather`.
  public func row(_ index: Int) -> RowReference<S> {
    precondition(index >= 0 && index < rows)
    return RowReference(values: values + index * columns, gradient: gradient + index * columns)
  }
}

private struct Gather<S: Scalar>: Operation {
  let sources: UnsafePointer<RowReference<S>>
  let output: Tensor<S>

  func backward() {
    for row in 0..<output.rows {
      S.add(
        output.gradient + row * output.columns, to: sources[row].gradient, count: output.columns)
    }
  }
}

private struct ConcatenateColumns<S: Scalar>: Operation {
  let left: Tensor<S>
  let right: Tensor<S>
  let output: Tensor<S>

  func backward() {
    for row in 0..<output.rows {
      let gradient = output.gradient + row * output.columns
      S.add(gradient, to: left.gradient + row * left.columns, count: left.columns)
      S.add(
        gradient + left.columns, to: right.gradient + row * right.columns, count: right.columns)
    }
  }
}

extension Tape {
  /// Gathers rows from anywhere: embedding look-ups, shared encodings, broadcast states, choices
  /// between two tensors row by row. A row may be used any number of times.
  ///
  /// - Parameters:
  ///   - rows: number of rows.
  ///   - columns: width of each.
  ///   - source: where the row at a position is.
  /// - Returns: `[rows, columns]`.
  public func gather(rows: Int, columns: Int, _ source: (Int) -> RowReference<S>) -> Tensor<S> {
    let output = tensor(rows: rows, columns: columns)
    let sources = scratch(RowReference<S>.self, count: rows)
    for row in 0..<rows {
      sources[row] = source(row)
      (output.values + row * columns).update(from: sources[row].values, count: columns)
    }
    record(Gather(sources: sources, output: output))
    return output
  }

  /// Concatenates the columns of two tensors: `[rows, m], [rows, n] -> [rows, m + n]`.
  public func concatenateColumns(_ left: Tensor<S>, _ right: Tensor<S>) -> Tensor<S> {
    precondition(left.rows == right.rows)
    let output = tensor(rows: left.rows, columns: left.columns + right.columns)
    for row in 0..<output.rows {
      let destination = output.values + row * output.columns
      destination.update(from: left.values + row * left.columns, count: left.columns)
      (destination + left.columns).update(
        from: right.values + row * right.columns, count: right.columns)
    }
    record(ConcatenateColumns(left: left, right: right, output: output))
    return output
  }
}
