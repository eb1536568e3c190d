import Files

/// A reader of a table that its first characters tell the format of, as for standard input: JSON
/// objects, one after another or in an array, or CSV.
package enum TableReader {
  case csv(CSVReader)
  case objects(ObjectReader)

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - path: of the file; `-` is standard input.
  ///   - dialect: how rows of CSV become cells.
  ///   - onBytes: called with all of the file's bytes in order, as they are read.
  /// - Throws: `TableError.file`.
  package init(
    path: String, dialect: CSVDialect.Choice,
    onBytes: @escaping (UnsafeRawBufferPointer) -> Void = { _ in }
  ) throws(TableError) {
    do {
      let source = try ByteSource(path: path, onBytes: onBytes)
      self =
        try Self.areObjects(source.start())
        ? .objects(ObjectReader(source: source))
        : .csv(try CSVReader(source: source, dialect: dialect))
    } catch let error as FileError {
      throw .file(error)
    } catch let error as TableError {
      throw error
    } catch {
      throw .empty(path: path)
    }
  }

  /// Whether bytes begin as an object or an array of objects does: a name in braces may be a column's.
  static func areObjects(_ bytes: [UInt8]) -> Bool {
    let characters = bytes.filter { !$0.isWhitespace }
    switch characters.first {
    case UInt8(ascii: "{"):
      return [.quote, UInt8(ascii: "}")].contains(characters.dropFirst().first)
    case UInt8(ascii: "["):
      return [UInt8(ascii: "{"), UInt8(ascii: "]")].contains(characters.dropFirst().first)
    default: return false
    }
  }
}
