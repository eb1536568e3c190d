/// Returns what a text looks like: digits as 9, capital letters as A, other letters as a, all else
/// as it is. What is longer than 32 characters is cut.
func textPattern(_ text: String) -> String {
  var pattern = ""
  var count = 0
  for scalar in text.unicodeScalars {
    guard count < 32 else { return pattern + "…" }
    count += 1
    switch scalar {
    case "0"..."9": pattern += "9"
    case "A"..."Z": pattern += "A"
    case "a"..."z": pattern += "a"
    default:
      let properties = scalar.properties
      if properties.isUppercase {
        pattern += "A"
      } else if properties.isAlphabetic {
        pattern += "a"
      } else if properties.numericType == .decimal {
        pattern += "9"
      } else {
        pattern.unicodeScalars.append(scalar)
      }
    }
  }
  return pattern
}
