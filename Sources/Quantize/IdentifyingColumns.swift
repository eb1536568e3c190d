import FakeGen
import Records
import Schema

/// Columns of a table in which (nearly) every row has a value of its own: such a value tells whose
/// row it is, whatever the others are.
///
/// Reals are none, since none is printed twice; nor are integers that fill a good part of their
/// range, of which every model prints some; nor are keys, which do not depend on the table's.
struct IdentifyingColumns {
  /// Rows of a model that are looked at.
  private static let sampledRows = 1000
  /// Least share of them that is worth a word.
  private static let printedShare = 0.01
  /// Least share of distinct values among a column's values at the end, and on the way there.
  private static let distinctShare = 0.95
  private static let earlyShare = 0.8
  /// Values before a column may be given up.
  private static let earlyValues = 64
  /// Greatest share of the range of integers that the distinct ones may take.
  private static let greatestDensity = 0.1

  private struct Column {
    let index: Int
    let leaf: Int
    var values = 0
    /// Hashes of the printed values.
    var distinct: Set<UInt64> = []
    var range: (least: Int64, greatest: Int64)?

    func isDistinct(_ share: Double) -> Bool { Double(distinct.count) >= share * Double(values) }

    var isDense: Bool {
      guard let range else { return false }
      let (span, overflow) = range.greatest.subtractingReportingOverflow(range.least)
      return !overflow
        && Double(distinct.count) > IdentifyingColumns.greatestDensity * (Double(span) + 1)
    }
  }

  /// Those that may still be such columns.
  private var columns: [Column]
  private let names: [String]

  /// Looks for such columns.
  ///
  /// - Parameters:
  ///   - records: of the table.
  ///   - except: positions of columns that are of no interest.
  init(of records: [Record], schema: RecordSchema, except: Set<Int>) {
    names = schema.columns.map { schema.leaves[$0].column }
    let keys = schema.keyLeaves
    columns = schema.columns.indices.compactMap { index in
      let leaf = schema.columns[index]
      guard !keys.contains(leaf) else { return nil }
      switch schema.leaves[leaf].kind {
      case .text, .digits, .integer:
        return except.contains(index) ? nil : Column(index: index, leaf: leaf)
      case .real, .boolean, .enumeration, .moment, .list: return nil
      }
    }
    let formatter = RecordFormatter(schema: schema, format: .csv)
    for record in records { add(record, formatter) }
  }

  private mutating func add(_ record: Record, _ formatter: RecordFormatter) {
    for place in columns.indices.reversed() {
      let value = record.values[columns[place].leaf]
      switch value {
      case .null: continue
      case .text(let text) where text.isEmpty: continue
      case .integer(let number):
        let range = columns[place].range ?? (number, number)
        columns[place].range = (min(range.least, number), max(range.greatest, number))
      case .text, .real, .choice, .list: break
      }
      columns[place].values += 1
      columns[place].distinct.insert(
        ExclusionFilter.key(of: record, columns: [columns[place].index], formatter))
      // So the memory is that of the columns that are found.
      if columns[place].values >= Self.earlyValues, !columns[place].isDistinct(Self.earlyShare) {
        columns.remove(at: place)
      }
    }
  }

  /// Finds those whose values a model prints.
  func printed(by model: Model) -> [QuantizationReport.Identifier] {
    let columns = columns.filter {
      $0.values > 1 && $0.isDistinct(Self.distinctShare) && !$0.isDense
    }
    guard !columns.isEmpty else { return [] }
    var generator = Generator(model: model, seed: 1)
    var counts = Array(repeating: 0, count: columns.count)
    var rows = 0
    for row in 0..<UInt64(Self.sampledRows) where (try? generator.select(row: row)) != nil {
      rows += 1
      for (place, column) in columns.enumerated() {
        var bytes: [UInt8] = []
        generator.append(column.index, to: &bytes)
        bytes.append(ExclusionFilter.fieldEnd)
        if column.distinct.contains(SipHash.hash(bytes)) { counts[place] += 1 }
      }
    }
    return zip(columns, counts).compactMap { column, count in
      let share = Double(count) / Double(max(rows, 1))
      guard share >= Self.printedShare else { return nil }
      return QuantizationReport.Identifier(
        column: names[column.index], values: column.values, distinct: column.distinct.count,
        share: share)
    }
  }
}
