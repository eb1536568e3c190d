import FakeGen

/// Returns `text` with control characters escaped (`\u{1b}`), so that what others wrote stays on
/// one line and does nothing to the terminal. With `keepsLines`, line feeds stay as they are.
func printable(_ text: String, keepsLines: Bool = false) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
    if isControl && !(keepsLines && scalar == "\n") {
      result += "\\u{\(String(scalar.value, radix: 16))}"
    } else {
      result.unicodeScalars.append(scalar)
    }
  }
  return result
}

/// Tells whether two texts hold the same bytes. (`==` would take canonically equivalent texts for
/// one, and needs Unicode's tables.)
@inline(never)
func isSame(_ left: String, _ right: String) -> Bool {
  Array(left.utf8) == Array(right.utf8)
}
