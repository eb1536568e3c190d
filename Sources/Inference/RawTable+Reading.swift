import FakeGen
import Records
import Schema

extension RawTable {
  /// How a table is read.
  public struct Reading: Hashable, Sendable {
    /// Most rows that are kept; of more a uniform sample, in the order of the files.
    public var limit: Int
    /// Decides which rows those are.
    public var seed: UInt64
    /// The character between the cells of a CSV file; nil for the one that is found.
    public var delimiter: UInt8?
    /// Rows whose format is at fault that may be left out.
    public var skipBad: Int
    /// Most rows that there may be, kept or not; nil for any number.
    public var mostRows: Int?

    /// Creates the standard way: half a million rows, no bad rows.
    public init(
      limit: Int = 500_000, seed: UInt64 = 1, delimiter: UInt8? = nil, skipBad: Int = 0
    ) {
      self.limit = limit
      self.seed = seed
      self.delimiter = delimiter
      self.skipBad = skipBad
    }
  }

  /// Reads a table from files: CSV, JSON Lines or protobuf by their names (`.binpb`,
  /// `.pb`; `TableFormat`); of standard input (`-`) and of `.json` the first characters tell whether
  /// they are JSON objects, one after another or in an array (`TableReader`). What ends in `.gz` is unpacked. Memory does not grow with the number of
  /// rows beyond the limit. An empty cell of a CSV file is nothing; so are a missing key and null.
  ///
  /// - Parameters:
  ///   - paths: of the files, one or more; all have the same columns in the same order, or as JSON
  ///     Lines any.
  ///   - reading: how they are read.
  ///   - messages: the message of a row, which protobuf needs, and those in it.
  /// - Throws: `InferenceError`.
  package init(
    paths: [String], reading: Reading = Reading(), messages: DeclaredMessages? = nil
  ) throws(InferenceError) {
    var sampler = RowSampler(files: paths, reading: reading)
    var hash = SHA256()
    for (file, path) in paths.enumerated() {
      do {
        if ProtobufReader.reads(path) {
          guard let messages else { throw TableError.needsMessage(path: path) }
          var reader = try ProtobufReader(path: path, messages: messages) { hash.update($0) }
          try sampler.read(&reader, file: file)
          continue
        }
        if path == "-" || path.lowercased().hasSuffix(".json") {
          let dialect = CSVDialect.Choice.found(delimiter: reading.delimiter)
          switch try TableReader(path: path, dialect: dialect, onBytes: { hash.update($0) }) {
          case .csv(var reader): try sampler.read(&reader, file: file)
          case .objects(var reader): try sampler.read(&reader, file: file)
          }
          continue
        }
        switch TableFormat(path: path) {
        case .csv:
          var reader = try CSVReader(path: path, dialect: .found(delimiter: reading.delimiter)) {
            hash.update($0)
          }
          try sampler.read(&reader, file: file)
        case .jsonLines:
          var reader = try LineReader(path: path) { hash.update($0) }
          try sampler.read(&reader, file: file)
        }
      } catch let error as TableError {
        throw .table(error)
      } catch let error as InferenceError {
        throw error
      } catch {
        throw .table(.empty(path: path))
      }
    }
    self = try sampler.finish()
    self.hash = hash.hexadecimalDigest()
  }
}
