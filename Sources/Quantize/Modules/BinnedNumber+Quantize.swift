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
        cells: try quantizer.logits(cells, input: input), starts: Numbers(starts),
        bounds: Numbers(bins.bins.joined().flatMap { [$0.lowerBound, $0.upperBound] }),
        embedding: isFedBack ? quantizer.feedbackTable(embedding) : nil,
        cellEmbedding: isFedBack ? quantizer.feedbackTable(cellEmbedding) : nil))
  }

  var feedbackTables: [ParameterSlot] { isFedBack ? [embedding, cellEmbedding] : [] }
}
