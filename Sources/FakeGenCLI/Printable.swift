/// `text` with control characters escaped (`\u{1b}`), so that what others wrote stays on one line
/// and does nothing to the terminal. With `keepsLines`, line feeds stay as they are.
func printable(_ text: String, keepsLines: Bool = false) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    if isControl(scalar) && !(keepsLines && scalar == "\n") {
      result += "\\u{\(String(scalar.value, radix: 16))}"
    } else {
      result.unicodeScalars.append(scalar)
    }
  }
  return result
}

/// Whether the character's general category is Cc; Unicode never adds to it.
private func isControl(_ scalar: Unicode.Scalar) -> Bool {
  scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
}
