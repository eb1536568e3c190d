import FakeGen

/// Returns what `--list-fields` prints: for each column its name, its kind, its path in the
/// message, and whether it may be null, separated by tabs.
func fieldList(_ columns: [Column]) -> String {
  var text = ""
  for column in columns {
    let kind =
      switch column.kind {
      case .text: "text"
      case .digits: "digits"
      case .real(let decimals): "real(\(decimals))"
      case .integer: "integer"
      case .boolean: "boolean"
      case .enumeration(let names): "enum(\(names.joined(separator: ",")))"
      case .moment(let layout): "moment(\(layout.text))"
      case .list(let list): "list(\(list.columns.map { $0.name }.joined(separator: ",")))"
      }
    text += printable(column.name) + "\t" + printable(kind) + "\t" + printable(column.path) + "\t"
    text += column.isOptional ? "may be null\n" : "never null\n"
  }
  return text
}
