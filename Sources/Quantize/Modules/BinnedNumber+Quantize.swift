import Autodiff
import FakeGen
import FloatModel

extension BinnedNumber: QuantizableModule {
  func quantized(
    by quantizer: inout NetworkQuantizer, input: Int
  ) throws(QuantizationError) -> DecoderModule {
    var starts: [UInt32] = [0]
    for bin in bins.bins { starts.append(starts[starts.count - 1] + UInt32(bin.count)) }
    return .number(
      NumberDecoder(
        stream: stream, leaf: leaf, softmax: try quantizer.logits(decoder, input: input),
        factored: try quantizer.classes(factored, input: input),
        cells: try cells.map { cells throws(QuantizationError) in
          try quantized(cells, by: &quantizer, input: input)
        },
        starts: Numbers(starts),
        bounds: Numbers(bins.bins.joined().flatMap { [$0.lowerBound, $0.upperBound] }),
        embedding: isFedBack ? quantizer.feedbackTable(embedding) : nil))
  }

  private func quantized(
    _ cells: Cells, by quantizer: inout NetworkQuantizer, input: Int
  ) throws(QuantizationError) -> NumberDecoder.Cells {
    let format = quantizer.format(of: cells.hidden)
    return NumberDecoder.Cells(
      bin: quantizer.table(cells.bin, fractionBits: input),
      hidden: try quantizer.celuLayer(cells.hidden, input: input, output: format),
      softmax: try quantizer.logits(cells.decoder, input: format),
      embedding: isFedBack ? quantizer.feedbackTable(cells.embedding) : nil)
  }

  var inputs: [String] { cells.map { [$0.sums] } ?? [] }

  var feedbackTables: [ParameterSlot] {
    isFedBack ? [embedding] + (cells.map { [$0.embedding] } ?? []) : []
  }
}
