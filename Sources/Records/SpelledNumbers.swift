import FakeGen
import Schema

/// Numbers of a table that are spelled in ways that its schema does not tell, as `$1,200.50`. How is
/// found once all rows are read: what a comma or a point means, the whole column tells.
struct SpelledNumbers {
  /// A cell that waits.
  private struct Cell {
    var record: Int
    var line: Int
    var text: String
  }

  /// The cells of a leaf.
  private struct Column {
    var waiting: [Cell] = []
    /// Records whose plain number may be a grouped one, as `1.234`.
    var grouped: [Int32] = []
    /// Whether there are plain numbers, and such that a point can only be their decimal mark.
    var hasPlain = false
    var hasDecimalPoint = false
  }

  private let converter: RecordConverter
  private let path: String
  private var columns: [Column]
  /// The numbers, leaves whose spelling is not known.
  private let leaves: [Int]

  init(_ converter: RecordConverter, path: String) {
    self.converter = converter
    self.path = path
    let schema = converter.schema
    columns = Array(repeating: Column(), count: schema.leaves.count)
    let hidden = schema.hiddenLeaves
    leaves = schema.leaves.indices.filter {
      schema.leaves[$0].kind.isScalar && schema.leaves[$0].spelling == nil && !hidden.contains($0)
    }
  }

  /// Takes in the numbers of a row that fits otherwise.
  ///
  /// - Parameters:
  ///   - cells: the row's texts, one for each leaf.
  ///   - conversion: what became of them.
  ///   - record: number of the record that they become.
  mutating func add(
    _ cells: [String?], _ conversion: RecordConverter.Conversion, record: Int, line: Int
  ) {
    for leaf in leaves {
      guard let cell = cells[leaf], conversion.values[leaf] != .null else { continue }
      columns[leaf].hasPlain = true
      guard !columns[leaf].hasDecimalPoint, cell.utf8.contains(UInt8(ascii: ".")) else { continue }
      if Self.dots.plain(Array(cell.utf8)[...]) != nil {
        columns[leaf].grouped.append(Int32(truncatingIfNeeded: record))
      } else {
        columns[leaf].hasDecimalPoint = true
      }
    }
    for leaf in conversion.spelled {
      columns[leaf].waiting.append(Cell(record: record, line: line, text: cells[leaf] ?? ""))
    }
  }

  /// Points between groups.
  private static let dots = NumberSpelling(group: [UInt8(ascii: ".")], point: UInt8(ascii: ","))

  /// Reads what waits, and tells the table's leaves how they are spelled.
  ///
  /// - Parameters:
  ///   - table: takes the values, the spellings, and a warning for each column of several spellings.
  ///   - prefersComma: what a comma is that may be either: a decimal mark, or between groups.
  /// - Returns: what does not fit, by record.
  func finish(_ table: inout Table, prefersComma: Bool) -> [Int: [RowDiagnostic]] {
    var bad: [Int: [RowDiagnostic]] = [:]
    for leaf in leaves where !columns[leaf].waiting.isEmpty {
      let column = columns[leaf]
      let field = table.schema.leaves[leaf]
      let texts = Set(column.waiting.map { Array($0.text.utf8) }).map { $0[...] }
      let common =
        NumberSpelling.common(of: texts, prefersComma: prefersComma)
        .map { column.hasDecimalPoint && $0.contradictsDecimalPoint ? nil : $0 } ?? nil
      let hasMarks = common.map { !$0.prefix.isEmpty || !$0.suffix.isEmpty } ?? true
      if hasMarks && column.hasPlain || common == nil {
        table.warnings.append(
          "column '\(field.column)': its numbers are spelled in more ways than one, and will be "
            + "printed plainly")
      } else {
        table.schema.leaves[leaf].spelling = common
      }
      for cell in column.waiting {
        let spelling =
          common
          ?? NumberSpelling.common(of: [Array(cell.text.utf8)[...]], prefersComma: prefersComma)
        do throws(RowProblem) {
          if column.hasDecimalPoint, spelling?.contradictsDecimalPoint == true {
            throw field.notANumber(cell.text)
          }
          table.records[cell.record].values[leaf] = try converter.number(
            cell.text.withoutOuterSpaces, spelling: spelling, leaf: field)
        } catch {
          bad[cell.record, default: []].append(
            RowDiagnostic(
              path: path, line: cell.line, field: field.path, column: field.column, problem: error))
        }
      }
      if common?.group == Self.dots.group {
        for record in column.grouped { table.records[Int(record)].multiply(leaf, by: 1_000) }
      }
    }
    return bad
  }
}

extension NumberSpelling {
  /// Whether a point cannot be a decimal mark beside numbers so spelled.
  fileprivate var contradictsDecimalPoint: Bool {
    point == UInt8(ascii: ",") || group == [UInt8(ascii: ".")]
  }
}

extension Record {
  fileprivate mutating func multiply(_ leaf: Int, by factor: Double) {
    // Exactly: of three digits after the point none is left.
    if case .real(let value) = values[leaf] { values[leaf] = .real((value * factor).rounded()) }
  }
}
