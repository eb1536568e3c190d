import ArgumentParser
import Autodiff
import Files
import Foundation
import Records
import Schema

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measures training speed against the machine's own matrix product rate.",
    discussion: """
      Training steps and matrix products of the model's shapes take turns, so that a noisy machine \
      disturbs both alike; the medians over the rounds are printed.
      """)

  @OptionGroup var schemaArguments: SchemaArguments

  @OptionGroup var data: DataOption

  @Option(
    help: ArgumentHelp("YAML file with what differs from the paper's setting.", valueName: "file"))
  var preset: String?

  @Option(
    help: ArgumentHelp("Overrides a value of the preset (repeatable).", valueName: "key=value"))
  var set: [String] = []

  @Option(help: ArgumentHelp("Threads.", valueName: "n"))
  var threads = ProcessInfo.processInfo.activeProcessorCount

  @Option(help: ArgumentHelp("Rounds of steps and matrix products.", valueName: "n"))
  var rounds = 12

  func validate() throws {
    if threads < 1 { throw ValidationError("--threads: expected at least 1, found \(threads)") }
    if rounds < 1 { throw ValidationError("--rounds: expected at least 1, found \(rounds)") }
  }

  func run() throws {
    let preset = try Preset.load(path: preset, overrides: set)
    let table = try readTable(path: data.path, schema: schemaArguments.load())
    let source = try TrainingSource(
      table: table, name: data.path, hash: "", preset: preset, attribution: "")
    let run = TrainingRun(preset: preset, source: source, threads: threads)
    if threads > preset.piecesPerStep {
      warn("a step is cut into \(preset.piecesPerStep) pieces: that many threads are measured")
    }
    let threads = min(threads, preset.piecesPerStep)
    let products = MatrixProductBenchmark(
      rows: preset.batchSize / preset.pieces, width: preset.widths.tupleState, threads: threads)
    for _ in 0..<3 { _ = run.advance() }
    products.run(seconds: 0.2)
    var (rates, shares, productRates) = ([Double](), [Double](), [Double]())
    var executed = 0.0
    for _ in 0..<rounds {
      let steps = 10
      let started = ContinuousClock.now
      executed = 0
      for _ in 0..<steps {
        _ = run.advance()
        executed += run.ownPieces.floatingPointOperations
      }
      let seconds = (ContinuousClock.now - started) / .seconds(1)
      let productRate = products.run(seconds: 0.5)
      let examples = Double(steps * preset.examplesPerStep)
      rates.append(examples / seconds)
      productRates.append(productRate)
      shares.append(executed / seconds / productRate)
      executed /= examples
    }
    let nominal = run.model.nominalOperations(source.table)
    let rate = Self.median(rates)
    try StandardOutput.print(
      String(
        format: """
          threads                                   %d
          parameters                                %d
          training                                  %.0f examples/s
          matrix products, the model's shapes       %.1f GFLOP/s
          executed per example                      %.1f MFLOP
          nominal per example                       %.1f MFLOP
          share of the matrix product rate reached  %.1f %% (executed), %.1f %% (nominal)
          """,
        threads, run.model.layout.parameterCount, rate, Self.median(productRates) / 1e9,
        executed / 1e6, nominal / 1e6, 100 * Self.median(shares),
        100 * Self.median(shares) * nominal / executed))
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}

/// Single-precision matrix products of a GRU cell's shapes, forward and backward, on every thread.
private struct MatrixProductBenchmark {
  let rows: Int
  let width: Int
  let pool: ThreadPool
  /// Per thread: states, gates and weights to multiply, and as many to write.
  private let buffers: [[ParameterVector<Float>]]

  init(rows: Int, width: Int, threads: Int) {
    self.rows = rows
    self.width = width
    pool = ThreadPool(threads: threads)
    let random = RandomGenerator(seed: 1, stream: RandomStreams.benchmark.first)
    let (states, gates, weights) = (rows * width, rows * 3 * width, 3 * width * width)
    buffers = (0..<threads).map { _ in
      [states, gates, weights, states, gates, weights].map { count in
        let vector = ParameterVector<Float>(count: count)
        for i in 0..<count { vector.values[i] = Float(random.normal()) }
        return vector
      }
    }
  }

  /// Measures floating-point operations per second over all threads.
  @discardableResult
  func run(seconds: Double) -> Double {
    let started = ContinuousClock.now
    var done = 0.0
    while (ContinuousClock.now - started) / .seconds(1) < seconds {
      let work = Unchecked(self)
      pool.run(pieces: pool.threads) { thread in
        for _ in 0..<20 { work.value.products(thread) }
      }
      done += Double(pool.threads * 20 * 3 * 2 * rows * width * 3 * width)
    }
    return done / ((ContinuousClock.now - started) / .seconds(1))
  }

  private func products(_ thread: Int) {
    let (states, gates, weights) = (
      buffers[thread][0].values, buffers[thread][1].values, buffers[thread][2].values
    )
    let (newStates, newGates, newWeights) = (
      buffers[thread][3].values, buffers[thread][4].values, buffers[thread][5].values
    )
    let columns = 3 * width
    // gates (rows, 3n) = h (rows, n) @ W (n, 3n)
    Float.multiply(
      transposeA: false, transposeB: false, m: rows, n: columns, k: width, alpha: 1, a: states,
      lda: width, b: weights, ldb: columns, beta: 0, c: newGates, ldc: columns)
    // dh (rows, n) = dgates (rows, 3n) @ W^T (3n, n)
    Float.multiply(
      transposeA: false, transposeB: true, m: rows, n: width, k: columns, alpha: 1, a: gates,
      lda: columns, b: weights, ldb: columns, beta: 0, c: newStates, ldc: width)
    // dW (n, 3n) = h^T (n, rows) @ dgates (rows, 3n)
    Float.multiply(
      transposeA: true, transposeB: false, m: width, n: columns, k: rows, alpha: 1, a: states,
      lda: width, b: gates, ldb: columns, beta: 0, c: newWeights, ldc: columns)
  }
}
