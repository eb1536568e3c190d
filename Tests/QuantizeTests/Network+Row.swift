import FakeGen

// The network's parts for one row, as the tests of agreement take them.

extension Vectors {
  /// One vector that is only read.
  init(_ vector: UnsafePointer<Int16>) {
    self.init(base: UnsafeMutablePointer(mutating: vector), stride: 0)
  }
}

extension Dense {
  /// Computes the layer for one row.
  func apply(
    _ x: UnsafePointer<Int16>, into y: UnsafeMutablePointer<Int16>, scratch: borrowing Scratch
  ) {
    apply(Vectors(x), count: 1, into: Vectors(base: y, stride: 0), scratch: scratch)
  }

  /// Computes the layer with CELU for one row.
  func applyCELU(
    _ x: UnsafePointer<Int16>, into y: UnsafeMutablePointer<Int16>, tables: ActivationTables,
    scratch: borrowing Scratch
  ) {
    applyCELU(
      Vectors(x), count: 1, into: Vectors(base: y, stride: 0), tables: tables, scratch: scratch)
  }
}

extension GRU {
  /// Takes one step of one row.
  func step(
    _ x: UnsafePointer<Int16>, state: UnsafeMutablePointer<Int16>, tables: ActivationTables,
    scratch: borrowing Scratch
  ) {
    step(
      Vectors(x), state: Vectors(base: state, stride: 0), count: 1, tables: tables,
      scratch: scratch)
  }
}

extension RecurrentCell {
  /// Takes one step of one row under a code.
  func step(
    code: Int, input: CodeInput, state: UnsafeMutablePointer<Int16>, tables: ActivationTables,
    scratch: borrowing Scratch
  ) {
    var code = Int32(code)
    step(
      codes: &code, count: 1, input: input, states: Vectors(base: state, stride: 0),
      tables: tables, scratch: scratch)
  }
}

extension LatentSampler {
  /// Gives the draws that a row's noise is made of.
  func draws(seed: UInt64, row: UInt64) -> [UInt32] {
    var draws = RandomStream(seed: seed, row: row, stream: Self.stream)
    return (0..<width).map { _ in draws.next() }
  }
}

extension Network {
  /// Samples the latent vector of one row.
  func latent(seed: UInt64, row: UInt64, scratch: Scratch) -> [Int16] {
    let decoding = Decoding(
      tables: tables, gaussian: gaussian, strings: nil, seed: seed, row: row)
    let positions: [Int32] = [0]
    guard let latent else { return [0] }
    var vector = [Int16](repeating: 0, count: latent.width)
    positions.withUnsafeBufferPointer { positions in
      vector.withUnsafeMutableBufferPointer { vector in
        guard let first = positions.baseAddress, let base = vector.baseAddress else { return }
        latent.sample(
          RowList(positions: first, count: 1), decoding: decoding, scratch: scratch,
          into: Vectors(base: base, stride: 0))
      }
    }
    return vector
  }
}
