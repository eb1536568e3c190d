import Foundation
import Testing

@testable import Autodiff

/// The C loops against the readable reference: every result must be the same to the last bit.
@Suite struct KernelTests {
  private static let sizes = [1, 7, 8, 16, 33, 128, 131]

  /// Pseudo-random values with extremes among them.
  private func values(_ count: Int, seed: UInt64) -> [Float] {
    let random = RandomGenerator(seed: seed, stream: 9)
    let extremes: [Float] = [0, -0.0, 1e-30, -1e-30, 90, -90, 1000, -1000, 6, -3]
    return (0..<count).map { i in
      random.uniform() < 0.1
        ? extremes[random.uniform(below: extremes.count)] : Float(random.normal() * 3)
    }
  }

  private func same(_ a: [Float], _ b: [Float]) -> Bool {
    zip(a, b).allSatisfy { $0.bitPattern == $1.bitPattern || ($0.isNaN && $1.isNaN) }
  }

  @Test func exponentialIsAccurate() {
    var worst = 0.0
    var x: Float = -87
    while x < 87 {
      let exact = exp(Double(x))
      worst = max(worst, abs(Double(Float.exponential(x)) - exact) / exact)
      x += 0.000_731
    }
    #expect(worst < 0x1p-21)
    #expect(Float.exponential(-100) == 0)
    #expect(Float.exponential(200) == Float.exponential(87))
  }

  @Test(arguments: sizes) func elementwise(count: Int) {
    let x = values(count, seed: 1)
    let y = values(count, seed: 2)
    let unary:
      [(
        String, (UnsafeMutablePointer<Float>, Int) -> Void,
        (UnsafeMutablePointer<Float>, Int) -> Void
      )] =
        [
          ("celu", { Float.celu($0, count: $1) }, { ReferenceKernels.celu($0, count: $1) }),
          (
            "sigmoid", { Float.sigmoid($0, count: $1) }, { ReferenceKernels.sigmoid($0, count: $1) }
          ),
          (
            "add",
            { p, n in y.withUnsafeBufferPointer { Float.add($0.baseAddress!, to: p, count: n) } },
            { p, n in
              y.withUnsafeBufferPointer { ReferenceKernels.add($0.baseAddress!, to: p, count: n) }
            }
          ),
          (
            "scaled add",
            { p, n in
              y.withUnsafeBufferPointer { Float.add(0.37, times: $0.baseAddress!, to: p, count: n) }
            },
            { p, n in
              y.withUnsafeBufferPointer {
                ReferenceKernels.add(0.37, times: $0.baseAddress!, to: p, count: n)
              }
            }
          ),
          (
            "celu gradient",
            { p, n in
              y.withUnsafeBufferPointer {
                Float.celuGradient(output: $0.baseAddress!, gradient: p, count: n)
              }
            },
            { p, n in
              y.withUnsafeBufferPointer {
                ReferenceKernels.celuGradient(output: $0.baseAddress!, gradient: p, count: n)
              }
            }
          ),
          (
            "sigmoid gradient",
            { p, n in
              y.withUnsafeBufferPointer {
                Float.sigmoidGradient(output: $0.baseAddress!, gradient: p, count: n)
              }
            },
            { p, n in
              y.withUnsafeBufferPointer {
                ReferenceKernels.sigmoidGradient(output: $0.baseAddress!, gradient: p, count: n)
              }
            }
          ),
        ]
    for (name, fast, reference) in unary {
      var a = x
      var b = x
      a.withUnsafeMutableBufferPointer { fast($0.baseAddress!, count) }
      b.withUnsafeMutableBufferPointer { reference($0.baseAddress!, count) }
      #expect(same(a, b), "\(name), \(count) elements")
      #expect(!same(a, x) || count == 1, "\(name) did nothing")
    }
    #expect(
      Float.sumOfSquares(x, count: count).bitPattern
        == ReferenceKernels.sumOfSquares(x, count: count).bitPattern)
    #expect(
      Float.squaredDistance(x, y, count: count).bitPattern
        == ReferenceKernels.squaredDistance(x, y, count: count).bitPattern)
  }

  @Test(arguments: sizes) func recurrentUnit(width: Int) {
    let rows = 3
    func run(
      _ gatesStep: (
        UnsafeMutablePointer<Float>, UnsafePointer<Float>, UnsafeMutablePointer<Float>
      ) -> Void,
      _ updateStep: (
        UnsafeMutablePointer<Float>, UnsafePointer<Float>, UnsafeMutablePointer<Float>
      ) -> Void,
      _ updateGradient: (
        UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>,
        UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>
      ) -> Void,
      _ gatesGradient: (
        UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>,
        UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>
      ) -> Void
    ) -> [[Float]] {
      var gates = values(rows * 3 * width, seed: 3)
      let state = values(rows * width, seed: 4)
      var resetState = [Float](repeating: 0, count: rows * width)
      var next = resetState
      let gradient = values(rows * width, seed: 5)
      var gatesOut = [Float](repeating: 0, count: rows * 3 * width)
      var stateOut = values(rows * width, seed: 6)
      gatesStep(&gates, state, &resetState)
      updateStep(&gates, state, &next)
      updateGradient(gates, state, gradient, &gatesOut, &stateOut)
      gatesGradient(gates, state, gradient, &gatesOut, &stateOut)
      return [gates, resetState, next, gatesOut, stateOut]
    }
    let fast = run(
      { Float.gruGates($0, state: $1, resetState: $2, rows: rows, width: width) },
      { Float.gruUpdate($0, state: $1, next: $2, rows: rows, width: width) },
      {
        Float.gruUpdateGradient(
          gates: $0, state: $1, nextGradient: $2, gatesGradient: $3, stateGradient: $4,
          rows: rows, width: width)
      },
      {
        Float.gruGatesGradient(
          gates: $0, state: $1, resetStateGradient: $2, gatesGradient: $3, stateGradient: $4,
          rows: rows, width: width)
      })
    let reference = run(
      { ReferenceKernels.gruGates($0, state: $1, resetState: $2, rows: rows, width: width) },
      { ReferenceKernels.gruUpdate($0, state: $1, next: $2, rows: rows, width: width) },
      {
        ReferenceKernels.gruUpdateGradient(
          gates: $0, state: $1, nextGradient: $2, gatesGradient: $3, stateGradient: $4,
          rows: rows, width: width)
      },
      {
        ReferenceKernels.gruGatesGradient(
          gates: $0, state: $1, resetStateGradient: $2, gatesGradient: $3, stateGradient: $4,
          rows: rows, width: width)
      })
    for (index, (a, b)) in zip(fast, reference).enumerated() {
      #expect(same(a, b), "result \(index), width \(width)")
    }
  }

  @Test(arguments: sizes) func softmaxAndSums(columns: Int) {
    let rows = 4
    let x = values(rows * columns, seed: 7)
    var (a, b) = (x, x)
    var (normalA, normalB) = (
      [Float](repeating: 0, count: rows), [Float](repeating: 0, count: rows)
    )
    Float.softmax(&a, logNormalizer: &normalA, rows: rows, columns: columns)
    ReferenceKernels.softmax(&b, logNormalizer: &normalB, rows: rows, columns: columns)
    #expect(same(a, b))
    #expect(same(normalA, normalB))
    var (sumsA, sumsB) = (values(columns, seed: 8), values(columns, seed: 8))
    Float.addColumnSums(x, to: &sumsA, rows: rows, columns: columns)
    ReferenceKernels.addColumnSums(x, to: &sumsB, rows: rows, columns: columns)
    #expect(same(sumsA, sumsB))
  }

  @Test(arguments: sizes) func keptPlaces(count: Int) {
    let source = values(count, seed: 20)
    for seed in [0, 1, 0xDEAD_BEEF] as [UInt32] {
      var (a, b) = (values(count, seed: 21), values(count, seed: 21))
      Float.addKept(
        source, to: &a, seed: seed, threshold: 1 << 30, factor: 1.25, count: count)
      ReferenceKernels.addKept(
        source, to: &b, seed: seed, threshold: 1 << 30, factor: 1.25, count: count)
      #expect(same(a, b))
    }
  }

  /// As many are dropped as asked for, others for each seed, and a sum stays in expectation.
  @Test func dropoutHasItsShare() {
    let tape = Tape<Double>()
    let input = tape.tensor(rows: 100, columns: 1_000)
    input.values.update(repeating: 1, count: input.count)
    var dropped: [Set<Int>] = []
    for seed in 1...2 as ClosedRange<UInt32> {
      let output = tape.dropout(input, share: 0.2, seed: seed)
      let zeros = Set((0..<output.count).filter { output.values[$0] == 0 })
      // Five standard deviations.
      #expect(abs(zeros.count - 20_000) < 640)
      #expect((0..<output.count).allSatisfy { zeros.contains($0) || output.values[$0] == 1.25 })
      dropped.append(zeros)
    }
    #expect(abs(dropped[0].intersection(dropped[1]).count - 4_000) < 320)
  }

  @Test func averagesMoveByTheirShare() {
    let (average, other) = (ParameterVector<Float>(count: 37), ParameterVector<Float>(count: 37))
    for i in 0..<37 { (average.values[i], other.values[i]) = (Float(i), Float(3 * i)) }
    average.move(towards: other, share: 0.25)
    #expect((0..<37).allSatisfy { average.values[$0] == 1.5 * Float($0) })
    average.copy(other)
    #expect((0..<37).allSatisfy { average.values[$0] == Float(3 * $0) })
  }

  @Test(arguments: sizes) func adam(count: Int) {
    func run(_ step: (inout [Float], [Float], inout [Float], inout [Float]) -> Void) -> [[Float]] {
      var parameters = values(count, seed: 10)
      let gradient = values(count, seed: 11)
      var first = values(count, seed: 12)
      var second = values(count, seed: 13).map(abs)
      step(&parameters, gradient, &first, &second)
      return [parameters, first, second]
    }
    let fast = run { parameters, gradient, first, second in
      Float.adam(
        parameters: &parameters, gradient: gradient, firstMoment: &first, secondMoment: &second,
        gradientScale: 0.3, rate: 0.01, decay1: 0.9, decay2: 0.999, epsilon: 1e-8, count: count)
    }
    let reference = run { parameters, gradient, first, second in
      ReferenceKernels.adam(
        parameters: &parameters, gradient: gradient, firstMoment: &first, secondMoment: &second,
        gradientScale: 0.3, rate: 0.01, decay1: 0.9, decay2: 0.999, epsilon: 1e-8, count: count)
    }
    for (a, b) in zip(fast, reference) { #expect(same(a, b)) }
  }
}
