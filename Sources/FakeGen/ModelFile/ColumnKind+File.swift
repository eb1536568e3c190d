extension ColumnKind {
  /// Reads a kind, which is part of the section of the schema.
  ///
  /// - Parameter depth: number of lists around it.
  /// - Returns: the kind.
  /// - Throws: `ModelError` if there is none of this number.
  static func read(
    from sections: inout SectionReader, depth: Int
  ) throws(ModelError) -> ColumnKind {
    switch try sections.readShape(0...7) {
    case 0: return .text
    case 1: return .digits
    case 2: return .real(decimals: try sections.readInteger(0...ModelFormat.maximumDecimals))
    case 3: return .integer
    case 4: return .boolean
    case 6:
      let text = try sections.readText()
      let isTimestamp = try sections.readShape(0...1) == 1
      do throws(MomentLayout.Problem) {
        var layout = try MomentLayout(text)
        layout.isTimestamp = isTimestamp
        return .moment(layout)
      } catch {
        throw sections.invalid("the layout of a moment \(error.reason)")
      }
    case 7: return .list(try .read(from: &sections, depth: depth + 1))
    default:
      let count = try sections.readShape(1...ModelFormat.maximumWidth)
      var names: [String] = []
      for _ in 0..<count { names.append(try sections.readText()) }
      return .enumeration(names: names)
    }
  }

  func write(to writer: inout SectionWriter) {
    switch self {
    case .text: writer.writeShape(0)
    case .digits: writer.writeShape(1)
    case .real(let decimals):
      writer.writeShape(2)
      writer.write(UInt32(decimals))
    case .integer: writer.writeShape(3)
    case .boolean: writer.writeShape(4)
    case .enumeration(let names):
      writer.writeShape(5)
      writer.writeShape(names.count)
      for name in names { writer.write(name) }
    case .moment(let layout):
      writer.writeShape(6)
      writer.write(layout.text)
      writer.writeShape(layout.isTimestamp ? 1 : 0)
    case .list(let list):
      writer.writeShape(7)
      list.write(to: &writer)
    }
  }
}

extension ListKind {
  /// Reads a list's kind, which is part of the section of the schema.
  ///
  /// - Parameter depth: number of lists around its elements.
  /// - Returns: the kind.
  /// - Throws: `ModelError` if it is not what it must be.
  fileprivate static func read(
    from sections: inout SectionReader, depth: Int
  ) throws(ModelError) -> ListKind {
    guard depth < ModelFormat.maximumDepth else {
      throw sections.invalid("lists are nested deeper than \(ModelFormat.maximumDepth)")
    }
    let most = ModelFormat.maximumDepth
    func parts(_ name: String) -> Int {
      var bytes: [UInt8] = []
      bytes.append(name)
      return bytes.count { $0 == UInt8(ascii: ".") } + 1
    }
    let minimum = try sections.readShape(0...RandomStream.maximumElements)
    let maximum = try sections.readShape(max(1, minimum)...RandomStream.maximumElements)
    let isMessage = try sections.readShape(0...1) == 1
    let schema = try RowSchema.readLeaves(from: &sections, messageName: "", depth: depth)
    for leaf in schema.leaves where parts(leaf.path) > most || parts(leaf.name) > most {
      throw sections.invalid("a field's name has more than \(most) parts")
    }
    guard isMessage || schema.columns.count == 1 else {
      throw sections.invalid("a list of values should have one column")
    }
    return ListKind(
      schema: schema, minimumCount: minimum, maximumCount: maximum, isMessage: isMessage)
  }

  fileprivate func write(to writer: inout SectionWriter) {
    writer.writeShape(minimumCount)
    writer.writeShape(maximumCount)
    writer.writeShape(isMessage ? 1 : 0)
    schema.writeLeaves(to: &writer)
  }
}
