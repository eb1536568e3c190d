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
///   - closing: columns whose vocabularies are closed: they have known values only.
/// - Returns: the model file, and what quantizing did.
/// - Throws: `QuantizationError`, naming the tensor, layer or table.
public func quantize(
  _ checkpoint: Checkpoint, path: String = "checkpoint", metrics: String,
  excluding exclusion: Exclusion? = nil, closing: [String] = []
) throws(QuantizationError) -> (bytes: [UInt8], report: QuantizationReport) {
  let float = try FloatGenerator<Double>(quantizing: checkpoint, path: path, closing: closing)
  let excluded = try exclusion.map { exclusion throws(QuantizationError) in
    try exclusion.rows(schema: float.model.description.schema)
  }
  var (bytes, report, model) = try quantize(
    float, metrics: metrics, filters: excluded?.filters ?? [], tables: nil)
  if let excluded {
    report.skipped = excluded.skipped.map(\.description)
    report.identifiers = excluded.identifiers.printed(by: model)
  }
  return (bytes, report)
}

/// Turns a checkpoint into a model file with a filter that is made already.
///
/// - Parameters:
///   - checkpoint: a trained model.
///   - path: names the checkpoint in errors.
///   - metrics: free text for the file, the figures that the model reached.
///   - filter: of rows that the model must never print.
///   - closing: columns whose vocabularies are closed: they have known values only.
///   - tables: that the rows are printed as; nil if they are one.
/// - Returns: the model file, and what quantizing did.
/// - Throws: `QuantizationError`, naming the tensor, layer or table.
package func quantize(
  _ checkpoint: Checkpoint, path: String = "checkpoint", metrics: String,
  filter: ExclusionFilter?, closing: [String] = [], tables: LinkedTables? = nil
) throws(QuantizationError) -> (bytes: [UInt8], report: QuantizationReport) {
  let float = try FloatGenerator<Double>(quantizing: checkpoint, path: path, closing: closing)
  let (bytes, report, _) = try quantize(
    float, metrics: metrics, filters: filter.map { [$0] } ?? [], tables: tables)
  return (bytes, report)
}

private func quantize(
  _ float: FloatGenerator<Double>, metrics: String, filters: [ExclusionFilter],
  tables: LinkedTables?
) throws(QuantizationError) -> (bytes: [UInt8], report: QuantizationReport, model: Model) {
  let description = float.model.description
  var quantizer = NetworkQuantizer(float)
  let network = try quantizer.quantize()
  let content = ModelContent(
    provenance: ModelProvenance(description.provenance, metrics: metrics),
    schema: description.schema.rowSchema, rules: description.schema.rowRules(),
    tables: tables, protobuf: description.schema.protobufFields, filters: filters,
    network: network)
  let bytes = content.encoded()
  guard bytes.count <= ModelFormat.maximumFileSize else {
    throw .outOfRange(
      name: "model",
      reason:
        "expected a file of at most \(ModelFormat.maximumFileSize) bytes, found \(bytes.count)")
  }
  let model: Model
  do {
    model = try Model(bytes: bytes)
  } catch {
    throw .outOfRange(name: "model", reason: "the file made does not load: \(error)")
  }
  quantizer.finish(network, fileSize: bytes.count)
  var report = quantizer.layers.report
  report.filters = model.information.filters.map {
    QuantizationReport.Filter(entries: $0.entries, size: $0.size, columns: $0.columns)
  }
  return (bytes, report, model)
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
