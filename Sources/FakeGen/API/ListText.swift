/// Writes lists as JSON: arrays of values, or of objects, in which a column whose path has several
/// names stands in objects of its own; maps as objects. An inner object without any value is null.
package struct ListText: Sendable {
  private struct Member: Sendable {
    /// The name in quotes with a colon, behind what stands before it; empty for values without a name.
    var prefix: [UInt8]
    var content: Content
  }

  private indirect enum Content: Sendable {
    case value(leaf: Int, kind: ColumnKind)
    case list(leaf: Int, ListText)
    case object([Member])
  }

  private let isMessage: Bool
  /// The leaf of the keys, if lists are maps, which are objects.
  private let key: Int?
  private let keyKind: ColumnKind
  private let integersAreStrings: Bool
  private let replacesZero: Bool
  private let members: [Member]

  /// Creates what writes lists of a kind.
  ///
  /// - Parameters:
  ///   - kind: of the lists.
  ///   - integersAreStrings: whether integers stand in quotes, as protobuf's mapping has them.
  ///   - usesFieldNames: whether keys are the names of fields rather than of columns.
  ///   - replacesZero: whether U+0000 becomes U+FFFD, since databases have it in no text.
  package init(
    _ kind: ListKind, integersAreStrings: Bool = false, usesFieldNames: Bool = false,
    replacesZero: Bool = false
  ) {
    isMessage = kind.isMessage
    key = kind.isMap ? kind.schema.columns.first : nil
    keyKind = kind.columns.first?.kind ?? .text
    self.replacesZero = replacesZero
    self.integersAreStrings = integersAreStrings
    var columns: [(names: [[UInt8]], content: Content)] = []
    for leaf in kind.schema.columns {
      let column = kind.schema.leaves[leaf]
      let content =
        if case .list(let inner) = column.kind {
          Content.list(
            leaf: leaf,
            ListText(
              inner, integersAreStrings: integersAreStrings, usesFieldNames: usesFieldNames,
              replacesZero: replacesZero))
        } else {
          Content.value(leaf: leaf, kind: column.kind)
        }
      columns.append(
        (Self.names(of: column, usesFieldNames: usesFieldNames), content))
    }
    members =
      kind.isMessage
      ? Self.members(columns[...], depth: 0)
      : columns.map { Member(prefix: [], content: $0.content) }
  }

  /// The keys under which a column's value stands: its name, cut at its dots if its path has as many
  /// parts.
  private static func names(of column: Column, usesFieldNames: Bool) -> [[UInt8]] {
    func parts(_ text: String) -> [[UInt8]] {
      var bytes: [UInt8] = []
      bytes.append(text)
      return bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map {
        Array($0)
      }
    }
    let (path, name) = (parts(column.path), parts(column.name))
    if usesFieldNames { return path }
    if path.count == name.count { return name }
    if path.count > 1 { return path }
    var whole: [UInt8] = []
    whole.append(column.name)
    return [whole]
  }

  private static func members(
    _ columns: ArraySlice<(names: [[UInt8]], content: Content)>, depth: Int
  ) -> [Member] {
    var members: [Member] = []
    var isTaken = columns.map { _ in false }
    for (index, column) in columns.enumerated() where !isTaken[index] {
      var content = column.content
      if column.names.count > depth + 1 {
        var inner: [(names: [[UInt8]], content: Content)] = []
        for (other, candidate) in columns.enumerated()
        where candidate.names.count > depth + 1 && candidate.names[depth] == column.names[depth] {
          isTaken[other] = true
          inner.append(candidate)
        }
        content = .object(Self.members(inner[...], depth: depth + 1))
      }
      var prefix: [UInt8] = [UInt8(ascii: members.isEmpty ? "{" : ",")]
      appendString(column.names[depth][...], to: &prefix)
      prefix.append(UInt8(ascii: ":"))
      members.append(Member(prefix: prefix, content: content))
    }
    return members
  }

  /// Appends a list.
  ///
  /// - Parameters:
  ///   - elements: of the list.
  ///   - bytes: what the text is appended to.
  package func append(_ elements: ListElements, to bytes: inout [UInt8]) {
    if let key { return appendMap(elements, key: key, to: &bytes) }
    bytes.append(UInt8(ascii: "["))
    for index in 0..<elements.count {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      append(members, of: elements, index, to: &bytes)
      if isMessage { bytes.append(UInt8(ascii: "}")) }
    }
    bytes.append(UInt8(ascii: "]"))
  }

  /// Appends a map as an object.
  private func appendMap(_ elements: ListElements, key: Int, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "{"))
    for index in 0..<elements.count {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      let start = bytes.count
      elements.append(index, leaf: key, kind: keyKind, to: &bytes)
      quote(from: start, in: &bytes)
      bytes.append(UInt8(ascii: ":"))
      guard let entry = members.last else { continue }
      appendContent(entry, of: elements, index, to: &bytes)
    }
    bytes.append(UInt8(ascii: "}"))
  }

  /// Appends members of an element, without the brace at their end.
  private func append(
    _ members: [Member], of elements: ListElements, _ index: Int, to bytes: inout [UInt8]
  ) {
    for member in members {
      bytes.append(contentsOf: member.prefix)
      appendContent(member, of: elements, index, to: &bytes)
    }
  }

  private func appendContent(
    _ member: Member, of elements: ListElements, _ index: Int, to bytes: inout [UInt8]
  ) {
    guard Self.hasValue(member, in: elements, index) else {
      for byte in [0x6E, 0x75, 0x6C, 0x6C] as [UInt8] { bytes.append(byte) }
      return
    }
    switch member.content {
    case .value(let leaf, let kind):
      let start = bytes.count
      elements.append(index, leaf: leaf, kind: kind, to: &bytes)
      if kind.isString(integersAreStrings: integersAreStrings) { quote(from: start, in: &bytes) }
    case .list(let leaf, let inner):
      if let list = elements.elements(index, leaf: leaf) { inner.append(list, to: &bytes) }
    case .object(let inner):
      append(inner, of: elements, index, to: &bytes)
      bytes.append(UInt8(ascii: "}"))
    }
  }

  private static func hasValue(
    _ member: Member, in elements: ListElements, _ index: Int
  ) -> Bool {
    switch member.content {
    case .value(let leaf, _), .list(let leaf, _): return !elements.isNull(index, leaf: leaf)
    case .object(let inner):
      for member in inner where hasValue(member, in: elements, index) { return true }
      return false
    }
  }

  /// Puts the text from `start` on into quotes. It takes no memory unless something must be escaped.
  private func quote(from start: Int, in bytes: inout [UInt8]) {
    var isPlain = true
    for index in start..<bytes.count {
      let byte = bytes[index]
      isPlain =
        isPlain && byte >= 0x20 && byte != 0x7F && byte != UInt8(ascii: "\"")
        && byte != UInt8(ascii: "\\")
    }
    if isPlain {
      bytes.append(UInt8(ascii: "\""))
      var index = bytes.count - 1
      while index > start {
        bytes[index] = bytes[index - 1]
        index -= 1
      }
      bytes[start] = UInt8(ascii: "\"")
      bytes.append(UInt8(ascii: "\""))
      return
    }
    var text = Array(bytes[start...])
    bytes.removeLast(text.count)
    if replacesZero, text.contains(0) {
      text = text.flatMap { $0 == 0 ? [0xEF, 0xBF, 0xBD] : [$0] }
    }
    Self.appendString(text[...], to: &bytes)
  }

  /// Appends a text in quotes; quotes, backslashes and control characters in it are escaped.
  private static func appendString(_ text: ArraySlice<UInt8>, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(byte)
      case 0x0A: appendEscape(UInt8(ascii: "n"), to: &bytes)
      case 0x0D: appendEscape(UInt8(ascii: "r"), to: &bytes)
      case 0x09: appendEscape(UInt8(ascii: "t"), to: &bytes)
      case 0..<0x20, 0x7F:
        appendEscape(UInt8(ascii: "u"), to: &bytes)
        bytes.append(UInt8(ascii: "0"))
        bytes.append(UInt8(ascii: "0"))
        for digit in [byte >> 4, byte & 15] {
          bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func appendEscape(_ byte: UInt8, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\\"))
    bytes.append(byte)
  }
}

extension ColumnKind {
  /// Whether JSON has the values in quotes: all but reals and booleans, integers if asked for, as in
  /// protobuf's mapping, since many readers of JSON keep 53 bits of a number.
  ///
  /// - Parameter integersAreStrings: whether integers stand in quotes.
  package func isString(integersAreStrings: Bool) -> Bool {
    switch self {
    case .real, .boolean, .list: false
    case .integer, .digits: integersAreStrings
    case .text, .enumeration, .moment: true
    }
  }
}
