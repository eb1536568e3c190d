import Checkpoint
import FakeGen
import FloatModel

/// Turns a checkpoint into a model file.
///
/// - Parameters:
///   - checkpoint: a trained model.
///   - path: names the checkpoint in errors.
///   - metrics: free text for the file, the figures that the model reached.
///   - exclusion: rows that the model must never print.
/// - Returns: the model file, and what quantizing did.
/// - Throws: `QuantizationError`, naming the tensor, layer or table.
public func quantize(
  _ checkpoint: Checkpoint, path: String = "checkpoint", metrics: String,
  excluding exclusion: Exclusion? = nil
) throws(QuantizationError) -> (bytes: [UInt8], report: QuantizationReport) {
  let float = try FloatGenerator<Double>(quantizing: checkpoint, path: path)
  let excluded = try exclusion.map { exclusion throws(QuantizationError) in
    try exclusion.filter(schema: float.model.description.schema)
  }
  return try quantize(
    float, metrics: metrics, filter: excluded?.filter,
    skipped: excluded?.skipped.map(\.description) ?? [])
}

/// Turns a checkpoint into a model file with a filter that is made already.
///
/// - Parameters:
///   - checkpoint: a trained model.
///   - path: names the checkpoint in errors.
///   - metrics: free text for the file, the figures that the model reached.
///   - filter: of rows that the model must never print.
/// - Returns: the model file, and what quantizing did.
/// - Throws: `QuantizationError`, naming the tensor, layer or table.
package func quantize(
  _ checkpoint: Checkpoint, path: String = "checkpoint", metrics: String,
  filter: ExclusionFilter?
) throws(QuantizationError) -> (bytes: [UInt8], report: QuantizationReport) {
  try quantize(
    FloatGenerator<Double>(quantizing: checkpoint, path: path), metrics: metrics, filter: filter,
    skipped: [])
}

private func quantize(
  _ float: FloatGenerator<Double>, metrics: String, filter: ExclusionFilter?, skipped: [String]
) throws(QuantizationError) -> (bytes: [UInt8], report: QuantizationReport) {
  let description = float.model.description
  var quantizer = NetworkQuantizer(float)
  let network = try quantizer.quantize()
  let content = ModelContent(
    provenance: ModelProvenance(description.provenance, metrics: metrics),
    schema: description.schema.rowSchema, rules: description.schema.rowRules, filter: filter,
    network: network)
  let bytes = content.encoded()
  guard bytes.count <= ModelFormat.maximumFileSize else {
    throw .outOfRange(
      name: "model",
      reason:
        "expected a file of at most \(ModelFormat.maximumFileSize) bytes, found \(bytes.count)")
  }
  do {
    _ = try Model(bytes: bytes)
  } catch {
    throw .outOfRange(name: "model", reason: "the file made does not load: \(error)")
  }
  quantizer.finish(network, fileSize: bytes.count)
  var report = quantizer.layers.report
  if let filter {
    report.filter = QuantizationReport.Filter(
      entries: filter.entries, size: filter.fingerprints.count,
      columns: filter.columns.map { content.schema.leaves[content.schema.columns[$0]].name },
      skipped: skipped)
  }
  return (bytes, report)
}

extension ModelProvenance {
  fileprivate init(_ provenance: Provenance, metrics: String) {
    self.init()
    attribution = provenance.attribution
    trainingData = provenance.trainingData
    trainingDataHash = provenance.trainingDataHash
    trainingRows = UInt64(clamping: provenance.trainingRows)
    preset = provenance.preset
    steps = UInt64(clamping: provenance.steps)
    examples = UInt64(clamping: provenance.examples)
    self.metrics = metrics
  }
}
