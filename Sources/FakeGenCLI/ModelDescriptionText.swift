import FakeGen

/// Returns what `--model-info` prints.
func modelDescription(_ model: Model) -> String {
  let information = model.information
  let multiplyAdds = MultiplyAdds(model.content.network)
  var lines = [
    ("message", information.messageName),
    ("columns", model.columns.map { $0.name }.joined(separator: ",")),
    ("attribution", information.attribution),
    ("training data", "\(information.trainingData), \(information.trainingRows) rows"),
    ("training data SHA-256", information.trainingDataHash),
    (
      "training",
      "preset \(information.preset), \(information.steps) steps, \(information.examples) examples"
    ),
    ("parameters", "\(information.parameterCount)"),
    ("file size", "\(information.fileSize) bytes"),
    (
      "multiply-adds",
      "\(multiplyAdds.row) a row, and \(multiplyAdds.string) for each string, "
        + "\(multiplyAdds.code) for each character or piece"
    ),
    ("checksum", information.contentHash),
    ("architecture", information.architectureHash),
  ]
  if let tables = TableShape.shapes(of: model) {
    lines.append(("tables", tables.map { $0.description(among: tables) }.joined(separator: ", ")))
  }
  for filter in information.filters {
    lines.append(
      (
        "never printed",
        "\(filter.entries) rows by \(filter.columns.joined(separator: ",")); filter of "
          + "\(filter.size) bytes, which keeps back 1 of 256 other rows"
      ))
  }
  for (index, line) in PlainTextList.lines(model).enumerated() {
    lines.append((index == 0 ? "in plain text" : "", line))
  }
  let width = lines.map { $0.0.utf8.count }.max() ?? 0
  var text = lines.map { label, value in
    label + String(repeating: " ", count: width + 2 - label.utf8.count) + printable(value) + "\n"
  }.joined()
  if !information.metrics.isEmpty {
    text += "\n" + printable(information.metrics, keepsLines: true)
    if text.utf8.last != .lineFeed { text += "\n" }
  }
  return text
}
