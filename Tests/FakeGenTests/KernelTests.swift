import FakeGen
import Testing

/// Each level that this machine has, against the reference.
@Suite struct KernelTests {
  static let levels = KernelLevel.allCases.filter { $0.isSupported && $0 != .reference }

  /// Activations: random ones, and those at which sums, roundings and tables end.
  private static func activations(_ count: Int, _ draws: inout RandomStream) -> [Int16] {
    (0..<count).map { _ in
      switch draws.next() % 4 {
      case 0: [.min, .max, 0, -1, 1, -32767][Int(draws.next() % 6)]
      case 1: Int16(truncatingIfNeeded: draws.next()) >> 4
      default: Int16(truncatingIfNeeded: draws.next())
      }
    }
  }

  private static func weights(_ count: Int, _ draws: inout RandomStream) -> [Int8] {
    (0..<count).map { _ in
      draws.next() % 4 == 0
        ? [127, -127, 0][Int(draws.next() % 3)]
        : Int8(truncatingIfNeeded: Int(draws.next() % 255) - 127)
    }
  }

  private static func numbers(
    _ count: Int, _ range: ClosedRange<Int32>, _ draws: inout RandomStream
  ) -> [Int32] {
    let width = UInt64(Int64(range.upperBound) - Int64(range.lowerBound) + 1)
    return (0..<count).map { _ in
      Int32(Int64(UInt64(draws.next()) * width >> 32) + Int64(range.lowerBound))
    }
  }

  /// Ascending entries with steps of every size, the greatest that the loader lets through included;
  /// or bent as the functions are, so that they are pairs of pieces.
  private static func tables(
    _ kernels: Kernels, _ draws: inout RandomStream
  ) -> ActivationTables {
    func ascending(_ count: Int, _ range: ClosedRange<Int32>) -> [Int32] {
      let shape = draws.next() % 3
      return (0..<count).map { index in
        if shape == 0 { return Self.bent(index, of: count - 1, range) }
        return shape == 1
          ? (index < count / 2 ? range.lowerBound : range.upperBound)
          : range.lowerBound
            + Int32(Int64(range.upperBound - range.lowerBound) * Int64(index) / Int64(count - 1))
      }
    }
    return ActivationTables(
      sigmoid: Numbers(ascending(ActivationTables.sigmoidCount, 0...32768)),
      celu: Numbers(ascending(ActivationTables.celuCount, -3 << 12...0)),
      exponential: Numbers(
        ascending(ActivationTables.exponentialCount, 0...1 << 24).reversed()),
      kernels: kernels)
  }

  /// A parabola; for the sigmoid two, each the other turned around the middle.
  private static func bent(_ index: Int, of last: Int, _ range: ClosedRange<Int32>) -> Int32 {
    let isSigmoid = last == ActivationTables.sigmoidCount - 1
    let rise = Int(range.upperBound) - Int(range.lowerBound)
    let half = isSigmoid ? last / 2 : last
    let side = isSigmoid ? rise / 2 : rise
    let value =
      index <= half
      ? side * index * index / (half * half)
      : rise - side * (last - index) * (last - index) / (half * half)
    return range.lowerBound + Int32(value)
  }

  /// Rows of `width` numbers, without what pads them.
  private static func rows<Element>(
    _ base: UnsafeMutablePointer<Element>, stride: Int, width: Int, count: Int
  ) -> [[Element]] {
    (0..<count).map { row in (0..<width).map { base[row * stride + $0] } }
  }

  @Test(arguments: levels) func products(level: KernelLevel) throws {
    let kernels = try #require(Kernels(level))
    var draws = RandomStream(seed: 1, row: 0, stream: 0)
    for (segmentSize, segments, columns) in [
      (1, 1, 1), (5, 3, 7), (16, 2, 16), (17, 3, 33), (40, 1, 2), (64, 3, 31), (130, 1, 96),
    ] {
      // The last segment of several may be smaller.
      let outputs = segmentSize * segments - (segments > 1 && segmentSize > 2 ? 2 : 0)
      let weights = Self.weights(outputs * columns, &draws)
      let plain = WeightMatrix(rows: outputs, columns: columns, weights: Numbers(weights))
      let packed = WeightMatrix(
        rows: outputs, columns: columns, weights: Numbers(weights), segmentSize: segmentSize,
        kernels: kernels)
      for count in Array(1...14) + [23, 24, 40] {
        var x = Self.activations(count * columns, &draws)
        let size = ScratchSize(wide: ScratchSize.padded(segmentSize) * segments)
        var results: [[[Int32]]] = []
        for matrix in [plain, packed] {
          var memory = ScratchMemory(size, rows: count)
          memory.use { scratch in
            var scratch = copy scratch
            let stride = ScratchSize.padded(segmentSize)
            let sums = scratch.takeWide(stride * segments, rows: count)
            x.withUnsafeMutableBufferPointer { x in
              guard let base = x.baseAddress else { return }
              matrix.multiply(
                Vectors(base: base, stride: columns), count: count, segments: 0..<segments,
                of: segmentSize, into: sums)
            }
            for segment in 0..<segments {
              let width = min(segmentSize, outputs - segment * segmentSize)
              results.append(
                Self.rows(
                  sums.base + segment * stride, stride: sums.stride, width: width, count: count))
            }
          }
        }
        #expect(Array(results[..<segments]) == Array(results[segments...]))
      }
    }
  }

  /// Sums of one row computed another way: not both kinds of product can be wrong alike.
  @Test func referenceProductsAreSums() {
    var draws = RandomStream(seed: 2, row: 0, stream: 0)
    let (outputs, columns) = (9, 21)
    let weights = Self.weights(outputs * columns, &draws)
    var x = Self.activations(columns, &draws)
    let matrix = WeightMatrix(rows: outputs, columns: columns, weights: Numbers(weights))
    var sums = [Int32](repeating: 0, count: ScratchSize.padded(outputs))
    sums.withUnsafeMutableBufferPointer { sums in
      x.withUnsafeMutableBufferPointer { x in
        guard let sums = sums.baseAddress, let x = x.baseAddress else { return }
        matrix.multiply(
          Vectors(base: x, stride: 0), count: 1, segments: 0..<1, of: outputs,
          into: Sums(base: sums, stride: 0))
      }
    }
    for row in 0..<outputs {
      let expected = (0..<columns).reduce(0) { $0 + Int(weights[row * columns + $1]) * Int(x[$1]) }
      #expect(Int(sums[row]) == expected)
    }
  }

  private static func dense(
    _ inputs: Int, _ outputs: Int, bits: Int, kernels: Kernels, seed: UInt64
  ) -> Dense {
    var draws = RandomStream(seed: seed, row: 0, stream: 1)
    return Dense(
      matrix: WeightMatrix(
        rows: outputs, columns: inputs, weights: Numbers(weights(outputs * inputs, &draws)),
        kernels: kernels),
      bias: Numbers(numbers(outputs, -1_000_000_000...1_000_000_000, &draws)),
      multiplier: Numbers(numbers(outputs, 0...(1 << 30) - 1, &draws)),
      shift: Int(30 + draws.next() % 14), inputFractionBits: 12, outputFractionBits: bits)
  }

  @Test(arguments: levels) func layers(level: KernelLevel) throws {
    let kernels = try #require(Kernels(level))
    for seed in 0..<24 as Range<UInt64> {
      var draws = RandomStream(seed: seed, row: 0, stream: 2)
      let inputs = Int(1 + draws.next() % 70)
      let outputs = Int(1 + draws.next() % 70)
      let count = Int(1 + draws.next() % 40)
      var x = Self.activations(count * inputs, &draws)
      var results: [[[Int16]]] = []
      for kernels in [.reference, kernels] {
        var draws = RandomStream(seed: seed, row: 0, stream: 3)
        let tables = Self.tables(kernels, &draws)
        // Every format of CELU's outputs.
        let layer = Self.dense(
          inputs, outputs, bits: 8 + Int(seed % 4), kernels: kernels, seed: seed)
        var memory = ScratchMemory(
          ScratchSize(narrow: outputs, wide: outputs), rows: count)
        memory.use { scratch in
          var scratch = copy scratch
          let y = scratch.takeNarrow(outputs, rows: count)
          x.withUnsafeMutableBufferPointer { x in
            guard let base = x.baseAddress else { return }
            let x = Vectors(base: base, stride: inputs)
            layer.apply(x, count: count, into: y, scratch: scratch)
            results.append(Self.rows(y.base, stride: y.stride, width: outputs, count: count))
            layer.applyCELU(x, count: count, into: y, tables: tables, scratch: scratch)
            results.append(Self.rows(y.base, stride: y.stride, width: outputs, count: count))
          }
        }
      }
      #expect(results[0] == results[2])
      #expect(results[1] == results[3])
    }
  }

  @Test(arguments: levels) func cells(level: KernelLevel) throws {
    let kernels = try #require(Kernels(level))
    for seed in 0..<24 as Range<UInt64> {
      var draws = RandomStream(seed: seed, row: 0, stream: 4)
      let n = Int(1 + draws.next() % 150)
      let inputs = Int(1 + draws.next() % 40)
      let count = Int(1 + draws.next() % 40)
      let states = Self.activations(count * n, &draws)
      var x = Self.activations(count * inputs, &draws)
      var results: [[Int16]] = []
      for kernels in [.reference, kernels] {
        var draws = RandomStream(seed: seed, row: 0, stream: 5)
        let tables = Self.tables(kernels, &draws)
        let gru = GRU(
          input: WeightMatrix(
            rows: 3 * n, columns: inputs, weights: Numbers(Self.weights(3 * n * inputs, &draws)),
            segmentSize: n, kernels: kernels),
          inputFractionBits: 12,
          cell: RecurrentCell(
            matrix: WeightMatrix(
              rows: 3 * n, columns: n, weights: Numbers(Self.weights(3 * n * n, &draws)),
              segmentSize: n, kernels: kernels),
            bias: Numbers(Self.numbers(3 * n, -1_000_000...1_000_000, &draws)),
            inputMultiplier: Numbers(Self.numbers(3 * n, 0...(1 << 30) - 1, &draws)),
            stateMultiplier: Numbers(Self.numbers(3 * n, 0...(1 << 30) - 1, &draws)),
            shift: Int(30 + draws.next() % 12), stateFractionBits: 9 + Int(seed % 4)))
        var memory = ScratchMemory(gru.scratchSize, rows: count)
        var state = states
        memory.use { scratch in
          state.withUnsafeMutableBufferPointer { state in
            x.withUnsafeMutableBufferPointer { x in
              guard let state = state.baseAddress, let x = x.baseAddress else { return }
              for _ in 0..<3 {
                gru.step(
                  Vectors(base: x, stride: inputs), state: Vectors(base: state, stride: n),
                  count: count, tables: tables, scratch: scratch)
              }
            }
          }
        }
        results.append(state)
      }
      #expect(results[0] == results[1])
    }
  }

  @Test(arguments: levels) func softmaxes(level: KernelLevel) throws {
    let kernels = try #require(Kernels(level))
    var draws = RandomStream(seed: 3, row: 0, stream: 6)
    for round in 0..<400 {
      let count = Int(1 + draws.next() % 100)
      var logits = Self.activations(count, &draws)
      // Near each other, or all the same.
      if round % 3 == 0 { logits = logits.map { 900 + $0 >> 6 } }
      if round % 20 == 1 { logits = logits.map { _ in .min } }
      let excluded = draws.next() % 2 == 0 ? nil : Int(draws.next()) % count
      let draw = [0, .max, draws.next(), draws.next()][round % 4]
      let seed = UInt64(draws.next())
      var results: [[Int]] = []
      for kernels in [.reference, kernels] {
        var draws = RandomStream(seed: seed, row: 0, stream: 7)
        let tables = Self.tables(kernels, &draws)
        var (first, second) = (logits, logits)
        var weights = [Int32](repeating: -1, count: count)
        results.append([
          tables.sampledClass(
            logits: &first, count: count, weights: &weights, draw: draw,
            excluding: excluded),
          tables.sampledClass(
            logits: &second, count: count, weights: &weights, draw: draw
          ) { $0 % 3 != 1 },
        ])
        if results.count % 2 == 0 { continue }
        #expect(excluded == nil || count == 1 || results[results.count - 1][0] != excluded)
      }
      #expect(results[0] == results[1])
    }
  }

  @Test(arguments: levels) func latents(level: KernelLevel) throws {
    let kernels = try #require(Kernels(level))
    for seed in 0..<12 as Range<UInt64> {
      var results: [[[Int16]]] = []
      for kernels in [.reference, kernels] {
        var draws = RandomStream(seed: seed, row: 0, stream: 8)
        // Beyond 511 inputs only the reference will do.
        let inputs = seed == 0 ? 600 : Int(1 + draws.next() % 140)
        let outputs = Int(1 + draws.next() % 40)
        let count = Int(1 + draws.next() % 30)
        let layer = WideDense(
          inputs: inputs, outputs: outputs,
          weights: Numbers(Self.activations(inputs * outputs, &draws).map { max($0, -32767) }),
          bias: Numbers((0..<outputs).map { _ in Int64(draws.next()) - 1 << 31 }),
          multiplier: Numbers(Self.numbers(outputs, 0...(1 << 25) - 1, &draws)), shift: 44,
          inputFractionBits: 12, outputFractionBits: 12, kernels: kernels)
        var x = Self.activations(inputs * count, &draws)
        var memory = ScratchMemory(
          ScratchSize(narrow: outputs) + layer.scratchSize, rows: count)
        memory.use { scratch in
          var scratch = copy scratch
          let y = scratch.takeNarrow(outputs, rows: count)
          x.withUnsafeMutableBufferPointer { x in
            guard let base = x.baseAddress else { return }
            layer.apply(
              Vectors(base: base, stride: inputs), count: count, into: y, scratch: scratch)
          }
          results.append(Self.rows(y.base, stride: y.stride, width: outputs, count: count))
        }
      }
      #expect(results[0] == results[1])
    }
  }

  /// Classes of many rows, of few classes and of many, against those of one row after the other.
  @Test(arguments: levels) func choices(level: KernelLevel) throws {
    let kernels = try #require(Kernels(level))
    var draws = RandomStream(seed: 4, row: 0, stream: 9)
    for classes in [1, 2, 15, 16, 17, 31, 33, 48, 64, 65, 100, 127, 128, 129, 300] {
      let rows = 37
      let seed = UInt64(draws.next())
      var logits = Self.activations(rows * classes, &draws).map { $0 >> Int16(draws.next() % 8) }
      // The greatest sum of weights.
      for index in 0..<3 * classes { logits[index] = -7 }
      let counts = (0..<rows).map { _ in Int32(1 + Int(draws.next()) % classes) }
      let uniform = (0..<rows).map { $0 == 0 ? 0 : $0 == 1 ? .max : draws.next() }
      var weights = [Int32](repeating: -1, count: classes)
      for counts in [nil, counts] {
        var results: [[Int32]] = []
        for kernels in [.reference, kernels] {
          var tableDraws = RandomStream(seed: seed, row: 0, stream: 10)
          let tables = Self.tables(kernels, &tableDraws)
          var (logits, chosen) = (logits, [Int32](repeating: -1, count: rows))
          logits.withUnsafeMutableBufferPointer { logits in
            guard let base = logits.baseAddress else { return }
            tables.sampleClasses(
              logits: Vectors(base: base, stride: classes), count: rows, classes: classes,
              counts: counts, draws: uniform, weights: &weights, into: &chosen)
          }
          results.append(chosen)
        }
        #expect(results[0] == results[1])
      }
    }
  }

  @Test(arguments: levels) func firstDraws(level: KernelLevel) throws {
    let kernels = try #require(Kernels(level))
    let (seed, stream) = (0x1234_5678_9ABC_DEF0 as UInt64, 77 as UInt32)
    // Rows on both sides of 2^32, in every number to more than a vector's lanes.
    let first = 0xFFFF_FFF0 as UInt64
    for count in 1...40 {
      let positions = (0..<count).map { Int32(3 * $0) }
      var words = [UInt32](repeating: 0, count: 4 * count)
      let isDrawn = positions.withUnsafeBufferPointer { positions in
        positions.baseAddress.map {
          kernels.draw(
            seed: seed, first: first, rows: RowList(positions: $0, count: count), stream: stream,
            block: 5 << 24, into: &words)
        }
      }
      #expect(isDrawn == true)
      for (place, position) in positions.enumerated() {
        var draws = RandomStream(
          seed: seed, row: first + UInt64(position), stream: stream, attempt: 5)
        for word in 0..<4 { #expect(words[word * count + place] == draws.next()) }
      }
    }
  }

  /// A cell's input by codes gives the states that it gives by their vectors.
  @Test(arguments: levels, [7, 16, 40, 64]) func inputsByCode(level: KernelLevel, n: Int) throws {
    let kernels = try #require(Kernels(level))
    var draws = RandomStream(seed: 5, row: 0, stream: UInt32(n))
    let (width, count) = (24, 29)
    let gru = GRU(
      input: WeightMatrix(
        rows: 3 * n, columns: width, weights: Numbers(Self.weights(3 * n * width, &draws)),
        segmentSize: n, kernels: kernels),
      inputFractionBits: 12,
      cell: RecurrentCell(
        matrix: WeightMatrix(
          rows: 3 * n, columns: n, weights: Numbers(Self.weights(3 * n * n, &draws)),
          segmentSize: n, kernels: kernels),
        bias: Numbers(Self.numbers(3 * n, -1_000_000...1_000_000, &draws)),
        inputMultiplier: Numbers(Self.numbers(3 * n, 0...(1 << 24) - 1, &draws)),
        stateMultiplier: Numbers(Self.numbers(3 * n, 0...(1 << 24) - 1, &draws)),
        shift: 34, stateFractionBits: 11))
    func table(_ rows: Int) -> EmbeddingTable {
      EmbeddingTable(
        width: width,
        vectors: Numbers(Self.activations(rows * width, &draws).map { $0 / 2 }))
    }
    let (first, absent, added) = (table(9), table(1), table(4))
    let codes = FeedbackCodes(tables: [first, absent], added: added)
    let inputs = try #require(InputTable.ofCodes(codes, for: gru))
    #expect(inputs.noneAdded == 4)
    let tables = Self.tables(kernels, &draws)
    let start = Self.activations(count * n, &draws)
    let chosen = (0..<count).flatMap { _ in
      [Int32(draws.next() % 10), Int32(draws.next() % 5)]
    }
    var vectors = [Int16](repeating: 0, count: count * width)
    vectors.withUnsafeMutableBufferPointer { vectors in
      guard let base = vectors.baseAddress else { return }
      for row in 0..<count {
        let (code, other) = (Int(chosen[2 * row]), Int(chosen[2 * row + 1]))
        let target = base + row * width
        if code < 9 {
          first.copy(row: code, into: target)
        } else {
          absent.copy(row: 0, into: target)
        }
        if other < 4 { added.add(row: other, to: target) }
      }
    }
    var (byVector, byCode) = (start, start)
    var memory = ScratchMemory(gru.scratchSize, rows: count)
    memory.use { scratch in
      byVector.withUnsafeMutableBufferPointer { state in
        vectors.withUnsafeMutableBufferPointer { x in
          guard let state = state.baseAddress, let x = x.baseAddress else { return }
          gru.step(
            Vectors(base: x, stride: width), state: Vectors(base: state, stride: n), count: count,
            tables: tables, scratch: scratch)
        }
      }
      byCode.withUnsafeMutableBufferPointer { state in
        chosen.withUnsafeBufferPointer { chosen in
          guard let state = state.baseAddress, let chosen = chosen.baseAddress else { return }
          gru.cell.step(
            inputs: InputSums(inputs, codes: chosen), state: Vectors(base: state, stride: n),
            count: count, tables: tables, scratch: scratch)
        }
      }
    }
    #expect(byVector == byCode)
  }

  /// Vectors whose sum saturates have no sums of products.
  @Test(arguments: levels) func saturatingInputsHaveNoTable(level: KernelLevel) throws {
    let kernels = try #require(Kernels(level))
    let matrix = { (columns: Int) in
      WeightMatrix(
        rows: 3, columns: columns, weights: Numbers([Int8](repeating: 1, count: 3 * columns)),
        segmentSize: 1, kernels: kernels)
    }
    let gru = GRU(
      input: matrix(2), inputFractionBits: 12,
      cell: RecurrentCell(
        matrix: matrix(1), bias: [0, 0, 0], inputMultiplier: [1, 1, 1],
        stateMultiplier: [1, 1, 1], shift: 4, stateFractionBits: 12))
    let tables = [EmbeddingTable(width: 2, vectors: [5, 32_000, -4, -32_000])]
    for (greatest, hasTable) in [(767, true), (768, false)] as [(Int16, Bool)] {
      let added = EmbeddingTable(width: 2, vectors: [0, greatest])
      let table = InputTable.ofCodes(FeedbackCodes(tables: tables, added: added), for: gru)
      #expect((table != nil) == hasTable)
    }
  }
}
