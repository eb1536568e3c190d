import Autodiff
@preconcurrency import CGSL
import COpenBLAS
import CPeaks
import FakeGen
import Foundation

// What scripts/research/bench cannot see from outside: `peaks` prints one core's peaks (int16 with
// AVX2 and with AVX-512, int8) and its rate of products in float, `count MODEL...` the mean
// multiply-adds of a model's rows.

/// Billions of multiply-adds a second in float: OpenBLAS on a batch of 128 rows and the shape of a
/// cell's weights.
func floatRate() -> Double {
  openblas_set_num_threads(1)
  let (rows, inputs, outputs) = (128, 128, 384)
  let x = [Float](repeating: 0.5, count: rows * inputs)
  let weights = [Float](repeating: 0.25, count: inputs * outputs)
  var y = [Float](repeating: 0, count: rows * outputs)
  let rounds = 200
  let start = clock()
  for _ in 0..<rounds {
    cblas_sgemm(
      CblasRowMajor, CblasNoTrans, CblasNoTrans, numericCast(rows), numericCast(outputs),
      numericCast(inputs), 1, x, numericCast(inputs), weights, numericCast(outputs), 0, &y,
      numericCast(outputs))
  }
  let seconds = Double(clock() - start) / Double(CLOCKS_PER_SEC)
  return Double(rounds * rows * inputs * outputs) / seconds / 1e9
}

/// Mean multiply-adds of the first 1,024 rows of seed 1.
func multiplyAdds(_ path: String) throws -> Double {
  let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
  let network = try Model(bytes: bytes).content.network
  let rows = 1024
  let positions = (0..<rows).map { Int32($0) }
  var batch = DecodedBatch(
    leafCount: try Model(bytes: bytes).content.schema.leaves.count, rows: rows)
  var memory = ScratchMemory(network.scratchSize, rows: rows)
  var prefixes = PrefixTree()
  positions.withUnsafeBufferPointer { positions in
    memory.use { scratch in
      network.decode(
        RowList(positions: positions.baseAddress!, count: rows), first: 0, seed: 1,
        scratch: scratch, prefixes: &prefixes, into: &batch)
    }
  }
  let costs = MultiplyAdds(network)
  let total =
    costs.row * rows + costs.string * batch.stringCount + costs.code * batch.codeCount
  return Double(total) / Double(rows)
}

BLASKernels.restartIfUnfit()
let arguments = CommandLine.arguments.dropFirst()
if arguments.first == "peaks" {
  print(
    fakegen_int16_peak(FAKEGEN_PEAK_AVX2), fakegen_int16_peak(FAKEGEN_PEAK_AVXVNNI),
    fakegen_int16_peak(FAKEGEN_PEAK_AVX512), fakegen_int8_peak(), floatRate())
} else {
  for path in arguments.dropFirst() { print(try multiplyAdds(path)) }
}
