import Testing

@testable import Autodiff

/// Compares every analytic derivative with a central difference, in double precision.
///
/// `forward` builds the loss from the parameters of `layout` on the tape it is given.
func expectGradients(
  _ layout: ParameterLayout, seed: UInt64 = 1, tolerance: Double = 1e-7,
  _ forward: (Tape<Double>, ParameterView<Double>) -> Double
) {
  let parameters = ParameterVector<Double>(count: layout.count)
  let random = RandomGenerator(seed: seed, stream: 0)
  for entry in layout.entries {
    for i in 0..<entry.slot.count {
      parameters.values[entry.slot.offset + i] = random.normal() * 0.7
    }
  }
  let gradient = ParameterVector<Double>(count: layout.count)
  let unused = ParameterVector<Double>(count: layout.count)
  let tape = Tape<Double>()
  _ = forward(tape, ParameterView(parameters, gradient: gradient))
  tape.backward()
  let step = 1e-5
  var largest = 0.0
  for entry in layout.entries {
    for i in entry.slot.offset..<entry.slot.offset + entry.slot.count {
      let original = parameters.values[i]
      func loss(_ value: Double) -> Double {
        parameters.values[i] = value
        tape.reset()
        return forward(tape, ParameterView(parameters, gradient: unused))
      }
      let numeric = (loss(original + step) - loss(original - step)) / (2 * step)
      parameters.values[i] = original
      let error = abs(numeric - gradient.values[i]) / max(1, abs(numeric))
      largest = max(largest, error)
      if error > tolerance {
        Issue.record(
          "\(entry.name)[\(i - entry.slot.offset)]: \(gradient.values[i]), difference \(numeric)")
        return
      }
    }
  }
  #expect(largest > 0)
}

/// A fixed weighting that makes a scalar out of a tensor without treating its elements alike.
func probe(_ tensor: Tensor<Double>, on tape: Tape<Double>) -> Double {
  let target = tape.tensor(rows: tensor.rows, columns: tensor.columns)
  for i in 0..<target.count { target.values[i] = Double((i * 7919) % 13) / 6 - 1 }
  let weights = tape.scratch(Double.self, count: tensor.rows)
  for row in 0..<tensor.rows { weights[row] = 0.3 + 0.1 * Double(row % 5) }
  return tape.squaredError(tensor, target, weights: weights)
}

@Suite struct GradientTests {
  @Test(arguments: [ActivationFunction.linear, .celu, .sigmoid])
  func dense(activation: ActivationFunction) {
    var layout = ParameterLayout()
    let input = layout.add("input", rows: 5, columns: 3, .uniform)
    let dense = DenseSlots("dense", inputs: 3, outputs: 4, in: &layout)
    expectGradients(layout) { tape, view in
      probe(tape.dense(view[input], view[dense], activation), on: tape)
    }
  }

  @Test func gruCell() {
    var layout = ParameterLayout()
    let input = layout.add("input", rows: 4, columns: 3, .uniform)
    let state = layout.add("state", rows: 4, columns: 5, .uniform)
    let gru = GRUSlots("gru", inputs: 3, width: 5, in: &layout)
    expectGradients(layout) { tape, view in
      let next = tape.gruCell(input: view[input], state: view[state], view[gru])
      return probe(tape.gruCell(input: view[input], state: next, view[gru]), on: tape)
    }
  }

  /// Sequences of lengths 0 to 5, some equal, against the sequence operation; every state counts.
  @Test func gruSequence() {
    let sequences: [[Int32]] = [[1, 2], [], [0, 1, 3, 2, 1], [3], [2, 2], [1, 0, 0]]
    var layout = ParameterLayout()
    let embedding = layout.add("embedding", rows: 4, columns: 3, .uniform)
    let initial = layout.add("initial", rows: sequences.count, columns: 4, .uniform)
    let gru = GRUSlots("gru", inputs: 3, width: 4, in: &layout)
    expectGradients(layout) { tape, view in
      let packed = pack(sequences, on: tape)
      let table = tape.dense(
        view[embedding],
        DenseParameters(weight: view[gru].inputWeight, bias: view[gru].bias), .linear)
      let states = tape.gruSequence(
        packed, table: table, initial: view[initial], stateWeight: view[gru].stateWeight)
      return probe(states, on: tape)
    }
  }

  @Test func gatherAndConcatenate() {
    var layout = ParameterLayout()
    let a = layout.add("a", rows: 4, columns: 3, .uniform)
    let b = layout.add("b", rows: 2, columns: 3, .uniform)
    expectGradients(layout) { tape, view in
      let gathered = tape.gather(rows: 5, columns: 3) { row in
        row < 3 ? view[a].row(row / 2) : view[b].row(1)
      }
      let other = tape.gather(rows: 5, columns: 3) { row in view[a].row(3 - row % 4) }
      return probe(tape.concatenateColumns(gathered, other), on: tape)
    }
  }

  @Test func softmaxCrossEntropy() {
    var layout = ParameterLayout()
    let logits = layout.add("logits", rows: 3, columns: 5, .uniform)
    expectGradients(layout) { tape, view in
      let targets = tape.scratch(Int32.self, count: 3)
      let weights = tape.scratch(Double.self, count: 3)
      for row in 0..<3 {
        targets[row] = Int32((row * 3) % 5)
        weights[row] = 0.5 + Double(row)
      }
      return tape.softmaxCrossEntropy(logits: view[logits], targets: targets, weights: weights)
    }
  }

  @Test func bernoulliCrossEntropy() {
    var layout = ParameterLayout()
    let logits = layout.add("logits", rows: 3, columns: 2, .uniform)
    expectGradients(layout) { tape, view in
      let targets = tape.scratch(Double.self, count: 6)
      let weights = tape.scratch(Double.self, count: 3)
      for i in 0..<6 { targets[i] = Double(i % 2) }
      for row in 0..<3 { weights[row] = 0.5 + Double(row) }
      return tape.bernoulliCrossEntropy(logits: view[logits], targets: targets, weights: weights)
    }
  }

  @Test func squaredErrorOnBothSides() {
    var layout = ParameterLayout()
    let left = layout.add("left", rows: 3, columns: 4, .uniform)
    let right = layout.add("right", rows: 3, columns: 4, .uniform)
    expectGradients(layout) { tape, view in
      let weights = tape.scratch(Double.self, count: 3)
      for row in 0..<3 { weights[row] = 0.5 + Double(row) }
      return tape.squaredError(view[left], view[right], weights: weights)
    }
  }

  /// Log deviations and lower entries inside their clamps, and beyond them on either side.
  @Test(
    arguments: [(1, 0.0), (2, 0), (3, 0), (1, 4), (2, 4), (3, 4), (2, 9), (3, 9), (1, -9)])
  func mixtureLikelihood(values: Int, shift: Double) {
    let mixture = GaussianMixture(components: 3, values: values)
    var layout = ParameterLayout()
    let parameters = layout.add("parameters", rows: 4, columns: mixture.parameters, .uniform)
    // Residuals of hundreds of deviations make large losses: compare relative to them.
    expectGradients(layout, tolerance: shift < 0 ? 1e-4 : 1e-7) { tape, view in
      let targets = tape.tensor(rows: 4, columns: values)
      for i in 0..<targets.count { targets.values[i] = Double((i * 31) % 7) / 3 - 1 }
      let weights = tape.scratch(Double.self, count: 4)
      for row in 0..<4 { weights[row] = 0.5 + Double(row) }
      let identity = tape.tensor(rows: mixture.parameters, columns: mixture.parameters)
      let offset = tape.tensor(rows: 1, columns: mixture.parameters)
      for i in 0..<identity.count {
        identity.values[i] = i % (mixture.parameters + 1) == 0 ? 1 : 0
      }
      for column in 0..<mixture.parameters {
        offset.values[column] = column < mixture.deviationOffset ? 0 : shift
      }
      let moved = tape.dense(
        view[parameters], DenseParameters(weight: identity, bias: offset), .linear)
      return tape.mixtureLikelihood(
        mixture, parameters: moved, targets: targets, weights: weights)
    }
  }

  @Test(arguments: [1, 3, 4])
  func clusteredSoftmax(count: Int) {
    let clusters = ClassClusters(classes: 10, count: count)
    var layout = ParameterLayout()
    let input = layout.add("input", rows: 7, columns: 3, .uniform)
    let dense = DenseSlots("dense", inputs: 3, outputs: 10, in: &layout)
    expectGradients(layout) { tape, view in
      let targets = tape.scratch(Int32.self, count: 7)
      let weights = tape.scratch(Double.self, count: 7)
      let rowLosses = tape.scratch(Double.self, count: 7)
      for row in 0..<7 {
        targets[row] = Int32((row * 4) % 10)
        weights[row] = 0.5 + Double(row)
        rowLosses[row] = 0
      }
      return tape.clusteredSoftmaxCrossEntropy(
        view[input], view[dense], clusters: clusters, targets: targets, weights: weights,
        rowLosses: rowLosses)
    }
  }

  @Test func latent() {
    var layout = ParameterLayout()
    let mean = layout.add("mean", rows: 3, columns: 4, .uniform)
    let raw = layout.add("raw", rows: 3, columns: 4, .uniform)
    let identity = DenseSlots("layer", inputs: 4, outputs: 4, in: &layout)
    expectGradients(layout) { tape, view in
      let deviation = tape.dense(view[raw], view[identity], .sigmoid)
      let noise = tape.scratch(Double.self, count: 12)
      for i in 0..<12 { noise[i] = Double((i * 31) % 7) / 3 - 1 }
      let sample = tape.reparameterize(mean: view[mean], deviation: deviation, noise: noise)
      let rowWeights = tape.scratch(Double.self, count: 3)
      let columnWeights = tape.scratch(Double.self, count: 4)
      for i in 0..<3 { rowWeights[i] = 0.2 + 0.1 * Double(i) }
      for i in 0..<4 { columnWeights[i] = Double(i % 3) }
      tape.addGaussianDivergence(
        mean: view[mean], deviation: deviation, rowWeights: rowWeights,
        columnWeights: columnWeights)
      var divergence = 0.0
      for row in 0..<3 {
        for column in 0..<4 {
          let (mu, sigma) = (
            view[mean].values[row * 4 + column], deviation.values[row * 4 + column]
          )
          divergence +=
            rowWeights[row] * columnWeights[column]
            * (mu * mu / 2 + sigma * sigma / 2 - 0.5 - Double.logarithm(sigma))
        }
      }
      return probe(sample, on: tape) + divergence
    }
  }

  /// The distance of a batch's moments, cut into two pieces whose sums are added.
  @Test func wassersteinDistance() {
    var layout = ParameterLayout()
    let vectors = layout.add("vectors", rows: 9, columns: 3, .uniform)
    expectGradients(layout, tolerance: 1e-6) { tape, view in
      var sums = [Double](repeating: 0, count: 12)
      let pieces = [view[vectors].rows(0..<4), view[vectors].rows(4..<9)]
      for piece in pieces {
        sums.withUnsafeMutableBufferPointer { GaussianMoments.addSums(of: piece, to: $0) }
      }
      let moments = GaussianMoments(sums: sums, width: 3, count: 9)
      let distance = WassersteinDistance(moments)
      for piece in pieces {
        tape.addWassersteinDistance(
          piece, moments: moments, distance: distance, count: 9, weight: 0.7)
      }
      return 0.7 * distance.value
    }
  }

  /// Characters chosen on the way: the gradient is that of the sequence with those characters.
  @Test func gruSequenceWithChosenCodes() {
    let sequences: [[Int32]] = [[1, 2], [0, 1, 3, 2, 1], [3], [2, 2]]
    let chosen: [[Int32]] = [[1, 0], [2, 1, 3, 0, 1], [3], [0, 2]]
    var layout = ParameterLayout()
    let table = layout.add("table", rows: 4, columns: 12, .uniform)
    let initial = layout.add("initial", rows: 4, columns: 4, .uniform)
    let stateWeight = layout.add("state", rows: 4, columns: 12, .uniform)
    let parameters = ParameterVector<Double>(count: layout.count)
    let random = RandomGenerator(seed: 4, stream: 0)
    for i in 0..<parameters.count { parameters.values[i] = random.normal() }
    func gradient(choosing: Bool) -> [Double] {
      let tape = Tape<Double>()
      let gradient = ParameterVector<Double>(count: layout.count)
      let view = ParameterView(parameters, gradient: gradient)
      let target = pack(chosen, on: tape)
      let packed = pack(sequences, on: tape)
      let codes = tape.scratch(Int32.self, count: packed.total)
      codes.update(from: packed.codes, count: packed.total)
      let states: Tensor<Double>
      if choosing {
        states = tape.gruSequence(
          packed, table: view[table], tableRows: codes, initial: view[initial],
          stateWeight: view[stateWeight]
        ) { step, states in
          #expect(states.rows == packed.activeCounts[step])
          let offset = packed.offsets[step]
          for i in offset..<offset + states.rows { codes[i] = target.codes[i] }
        }
      } else {
        states = tape.gruSequence(
          target, table: view[table], initial: view[initial], stateWeight: view[stateWeight])
      }
      _ = probe(states, on: tape)
      tape.backward()
      return (0..<gradient.count).map { gradient.values[$0] }
    }
    #expect(gradient(choosing: true) == gradient(choosing: false))
  }
}

func pack<S: Scalar>(_ sequences: [[Int32]], on tape: Tape<S>) -> PackedSequences {
  let flat = sequences.flatMap { $0 }
  let codes = tape.scratch(Int32.self, count: flat.count)
  for i in flat.indices { codes[i] = flat[i] }
  var starts = [0]
  for sequence in sequences { starts.append(starts.last! + sequence.count) }
  return PackedSequences(tape: tape, count: sequences.count) { i in
    UnsafeBufferPointer(start: codes + starts[i], count: sequences[i].count)
  }
}
