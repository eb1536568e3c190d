extension KeyShape {
  /// The shape as a regular expression: `N[0-9]{3}[A-Z]{2}`.
  package var pattern: UTF8Text {
    var pattern = UTF8Text()
    var place = 0
    while place < count {
      let part = part(place)
      var end = place + 1
      while end < count, self.part(end) == part { end += 1 }
      pattern.append(part)
      if end - place > 1 { pattern.append("{\(end - place)}") }
      place = end
    }
    return pattern
  }

  /// A place's characters: one as it stands, several in brackets with their runs.
  private func part(_ place: Int) -> UTF8Text {
    var scalars: [Unicode.Scalar] = []
    for scalar in String(decoding: text(of: place), as: UTF8.self).unicodeScalars {
      scalars.append(scalar)
    }
    if scalars.count == 1 { return Self.literal(scalars[0], among: ".^$*+?()[]{}|\\") }
    var part: UTF8Text = "["
    var index = 0
    while index < scalars.count {
      var end = index
      while end + 1 < scalars.count, scalars[end + 1].value == scalars[end].value + 1 { end += 1 }
      part.append(Self.literal(scalars[index], among: "]\\^-"))
      if end - index > 1 { part.append("-") }
      if end > index { part.append(Self.literal(scalars[end], among: "]\\^-")) }
      index = end + 1
    }
    part.append("]")
    return part
  }

  private static func literal(_ scalar: Unicode.Scalar, among special: StaticString) -> UTF8Text {
    var text: UTF8Text = ""
    let bytes = UnsafeBufferPointer(
      start: special.utf8Start, count: special.utf8CodeUnitCount)
    if scalar.isASCII, bytes.contains(UInt8(truncatingIfNeeded: scalar.value)) {
      text.append("\\")
    }
    text.append("\(String(Character(scalar)))")
    return text
  }
}
