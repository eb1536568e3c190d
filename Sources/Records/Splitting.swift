import Files

/// One of the files that a table is split into.
public struct SplitPart: Hashable, Sendable {
  /// The file's name.
  public var path: String
  /// Share of the rows that go here, in proportion to the other parts' weights; not negative.
  public var weight: Double

  /// Creates a part.
  ///
  /// - Parameters:
  ///   - path: the file's name.
  ///   - weight: share of the rows, in proportion to the other parts' weights; not negative.
  public init(path: String, weight: Double) {
    self.path = path
    self.weight = weight
  }

  /// Returns the parts of the paper's split 8:1:1 (App. A): `NAME-train`, `NAME-test` and
  /// `NAME-validation`, with the table's own extension, in a folder.
  public static func standard(table: String, folder: String) -> [SplitPart] {
    let name = table.split(separator: "/").last ?? "table"
    let dot = name.lastIndex(of: ".") ?? name.endIndex
    return [("train", 8.0), ("test", 1.0), ("validation", 1.0)].map { part, weight in
      SplitPart(path: "\(folder)/\(name[..<dot])-\(part)\(name[dot...])", weight: weight)
    }
  }
}

/// What a split did.
public struct SplitResult: Hashable, Sendable {
  /// Rows in each part.
  public var counts: [Int]
  /// Rows whose format is at fault, which are in no part.
  public var skipped: [RowDiagnostic]
}

/// Deals the rows of a table out to files, each row by one uniform draw, so that the parts have
/// their shares in expectation (paper, App. A: "8:1:1 expected ratio").
///
/// Rows are copied byte for byte, except that empty lines are left out and the last row gets a line
/// end if it lacks one; each part of a CSV has the header. The parts appear once all of them are
/// complete.
///
/// - Parameters:
///   - path: of the table, CSV or JSON Lines by its name.
///   - parts: the files.
///   - skipBad: rows whose format is at fault that may be left out.
///   - uniform: gives a number from 0 up to but not including 1; called once for each row that is
///     dealt.
/// - Returns: the number of rows in each part, and the rows left out.
/// - Throws: `TableError`; `.badWeights` before any file is touched.
public func splitTable(
  path: String, into parts: [SplitPart], skipBad: Int = 0, uniform: () -> Double
) throws(TableError) -> SplitResult {
  let names = [path] + parts.map(\.path)
  if let name = names.enumerated().first(where: { names[..<$0.offset].contains($0.element) }) {
    throw .file(
      .cannotWrite(path: name.element, reason: "it is named twice; give each part its own name"))
  }
  var dealer = try Dealer(parts)
  switch TableFormat(path: path) {
  case .csv:
    var reader = try CSVReader(path: path, dialect: .found(delimiter: nil))
    let header = try readHeader(&reader)
    try dealer.writeToAll(reader.rawRow)
    var badRows = BadRows(limit: skipBad)
    while try reader.next() {
      if let fault = rowFault(reader, header: header) {
        badRows.add([fault])
      } else {
        try dealer.deal(reader.rawRow, draw: uniform())
      }
    }
    return try dealer.finish(path: path, skipped: badRows.finish())
  case .jsonLines:
    var reader = try LineReader(path: path)
    while try reader.next() { try dealer.deal(reader.rawLine, draw: uniform()) }
    return try dealer.finish(path: path, skipped: [])
  }
}

/// The open files of a split.
private struct Dealer {
  private var files: [AtomicFile] = []
  /// Upper ends of the parts' shares of the numbers from 0 to 1.
  private var bounds: [Double] = []
  private var counts: [Int]

  init(_ parts: [SplitPart]) throws(TableError) {
    let total = parts.reduce(0) { $0 + $1.weight }
    guard total > 0, total.isFinite, parts.allSatisfy({ $0.weight >= 0 }) else {
      throw .badWeights(found: parts.map(\.weight))
    }
    counts = Array(repeating: 0, count: parts.count)
    var sum = 0.0
    for part in parts {
      sum += part.weight
      bounds.append(sum / total)
      do {
        files.append(try AtomicFile(path: part.path))
      } catch {
        throw .file(error)
      }
    }
  }

  func writeToAll(_ row: ArraySlice<UInt8>) throws(TableError) {
    for index in files.indices { try write(row, to: index) }
  }

  mutating func deal(_ row: ArraySlice<UInt8>, draw: Double) throws(TableError) {
    // The last part with a share takes what rounding leaves.
    let last = bounds.firstIndex(of: bounds[bounds.count - 1]) ?? 0
    let part = bounds.firstIndex { draw < $0 } ?? last
    try write(row, to: part)
    counts[part] += 1
  }

  consuming func finish(
    path: String, skipped: [RowDiagnostic]
  ) throws(TableError) -> SplitResult {
    guard counts.contains(where: { $0 > 0 }) else {
      throw .noRows(path: path, skipped: skipped.count)
    }
    do {
      for file in files { try file.finish() }
    } catch {
      throw .file(error)
    }
    return SplitResult(counts: counts, skipped: skipped)
  }

  private func write(_ row: ArraySlice<UInt8>, to part: Int) throws(TableError) {
    do {
      try files[part].write(row)
      if row.last != .lineFeed { try files[part].write(CollectionOfOne(.lineFeed)) }
    } catch {
      throw .file(error)
    }
  }
}
