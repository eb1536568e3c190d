import Checkpoint
import FakeGen
import Foundation
import TestModels
import Testing

@testable import Quantize

/// Rows that a model must not print.
@Suite struct ExclusionFilterTests {
  private func keys(_ count: Int, stream: UInt32) -> Set<UInt64> {
    var draws = RandomStream(seed: 1, row: 0, stream: stream)
    var keys: Set<UInt64> = []
    while keys.count < count { keys.insert(UInt64(draws.next()) << 32 | UInt64(draws.next())) }
    return keys
  }

  @Test(arguments: [0, 1, 2, 3, 10, 100, 1000, 5000, 53_447])
  func everyKeyIsFound(count: Int) throws {
    let keys = keys(count, stream: 1)
    let filter = try #require(ExclusionFilter(columns: [0], keys: keys))
    #expect(filter.entries == count)
    #expect(keys.allSatisfy { filter.contains($0) })
    #expect(
      ExclusionFilter.fits(filter.fingerprints.count, segmentLength: filter.segmentLength))
    #expect(filter == ExclusionFilter(columns: [0], keys: Set(keys.reversed())))
    if count == 53_447 { #expect(filter.fingerprints.count < count * 5 / 4) }
  }

  @Test func oneOtherKeyIn256IsFound() throws {
    let filter = try #require(ExclusionFilter(columns: [0], keys: keys(20_000, stream: 1)))
    let others = keys(512_000, stream: 2)
    let found = others.count { filter.contains($0) }
    // 2,000 with a standard deviation of 45.
    #expect((1800...2200).contains(found), "\(found)")
  }

  /// Columns that tell the rows of the synthetic model apart.
  private static let fields = ["NUMBER", "STREET"]

  /// Runs `body` with the path of a table of rows 0 ..< count of the checkpoint's model, seed 1.
  private func withTable(
    _ checkpoint: Checkpoint, count: Int, _ body: (String, [Row]) throws -> Void
  ) throws {
    let model = try Model(bytes: quantize(checkpoint, metrics: "").bytes)
    var generator = Generator(model: model, seed: 1)
    var text = model.columns.map(\.name).joined(separator: ",") + "\n"
    var rows: [Row] = []
    for index in 0..<count {
      rows.append(try generator.row(UInt64(index)))
      // Nothing in the synthetic alphabet needs quotes.
      var line: [UInt8] = []
      for (column, field) in rows[index].fields.enumerated() {
        if column > 0 { line.append(UInt8(ascii: ",")) }
        field.append(to: &line)
      }
      text += String(decoding: line, as: UTF8.self) + "\n"
    }
    let file = URL.temporaryDirectory.appending(path: "\(UUID()).csv")
    defer { try? FileManager.default.removeItem(at: file) }
    try text.write(to: file, atomically: true, encoding: .utf8)
    try body(file.path, rows)
  }

  private func key(_ row: Row, _ columns: [Int]) -> [Field] { columns.map { row.fields[$0] } }

  /// The rows that a model itself makes first are the likeliest to be made again.
  @Test func noExcludedRowIsMade() throws {
    let checkpoint = SyntheticCheckpoint(seed: 2).checkpoint
    try withTable(checkpoint, count: 2000) { path, rows in
      let (bytes, report) = try quantize(
        checkpoint, metrics: "", excluding: Exclusion(path: path, fieldSets: [Self.fields]))
      let model = try Model(bytes: bytes)
      #expect(model.content.encoded() == bytes)
      let columns = Self.fields.map { name in model.columns.firstIndex { $0.name == name } ?? 0 }
      let excluded = Set(rows.map { key($0, columns) })
      let filter = try #require(model.information.filters.first)
      #expect(filter.columns == Self.fields)
      #expect(filter.entries == excluded.count)
      #expect(report.filters.first?.entries == excluded.count)
      #expect(report.filters.first?.size == filter.size)

      var generator = Generator(model: model, seed: 1)
      var made: [Row] = []
      for index in 0..<4000 as Range<UInt64> {
        made.append(try generator.row(index))
        #expect(!excluded.contains(key(made[Int(index)], columns)))
      }
      // Row i is a function of (model, seed, i) still.
      for index in [3999, 0, 1234, 2500] {
        var other = Generator(model: model, seed: 1)
        #expect(try other.row(UInt64(index)) == made[index])
      }
      // Rows that no filter keeps back are those of the model without one.
      var plain = Generator(
        model: try Model(bytes: quantize(checkpoint, metrics: "").bytes), seed: 1)
      var kept = 0
      for index in 2000..<4000 {
        let row = try plain.row(UInt64(index))
        if !excluded.contains(key(row, columns)), row == made[index] { kept += 1 }
      }
      let fresh = try (2000..<4000).count {
        !excluded.contains(key(try plain.row(UInt64($0)), columns))
      }
      // All but one in 256.
      #expect(Double(fresh - kept) < 3.0 / 256 * Double(fresh))
    }
  }

  /// A row that is excluded by any of several sets of columns is not made, by each on its own.
  @Test func severalSetsOfColumns() throws {
    let checkpoint = SyntheticCheckpoint(seed: 2).checkpoint
    try withTable(checkpoint, count: 1000) { path, rows in
      let sets = [["NUMBER", "KIND"], ["STREET"]]
      let (bytes, report) = try quantize(
        checkpoint, metrics: "", excluding: Exclusion(path: path, fieldSets: sets))
      let model = try Model(bytes: bytes)
      #expect(model.content.encoded() == bytes)
      #expect(model.information.filters.map(\.columns) == sets)
      #expect(report.filters.map(\.columns) == sets)
      let columns = sets.map { set in
        set.map { name in model.columns.firstIndex { $0.name == name } ?? 0 }
      }
      let excluded = columns.map { columns in Set(rows.map { key($0, columns) }) }
      var generator = Generator(model: model, seed: 1)
      var (made, kept) = (0, 0)
      var plain = Generator(
        model: try Model(bytes: quantize(checkpoint, metrics: "").bytes), seed: 1)
      for index in 0..<2000 as Range<UInt64> {
        guard let row = try? generator.row(index) else { continue }
        made += 1
        for (columns, keys) in zip(columns, excluded) { #expect(!keys.contains(key(row, columns))) }
        if try plain.row(index) == row { kept += 1 }
      }
      // The filters leave rows to make, some of them those of the model without a filter.
      #expect(made > 1000 && kept > 0 && kept < made)
    }
  }

  /// Values by which alone a row is known are counted; no other columns are named.
  @Test func columnsThatIdentifyAndGetThroughAreNamed() throws {
    let checkpoint = SyntheticCheckpoint(seed: 2).checkpoint
    try withTable(checkpoint, count: 120) { path, rows in
      let (bytes, report) = try quantize(
        checkpoint, metrics: "", excluding: Exclusion(path: path, fieldSets: [["KIND", "LON"]]))
      let model = try Model(bytes: bytes)
      var generator = Generator(model: model, seed: 1)
      let printed = (0..<1000 as Range<UInt64>).compactMap { try? generator.row($0) }
      var expected: [QuantizationReport.Identifier] = []
      for (index, column) in model.columns.enumerated() {
        switch column.kind {
        case .text, .digits: break
        case .integer, .real, .boolean, .enumeration, .moment, .list: continue
        }
        let values = rows.map { $0.fields[index] }.filter {
          if case .null = $0 { false } else { $0 != .text("") }
        }
        let distinct = Set(values)
        let share =
          Double(printed.count { distinct.contains($0.fields[index]) }) / Double(printed.count)
        if values.count > 1, Double(distinct.count) >= 0.95 * Double(values.count), share >= 0.01 {
          expected.append(
            .init(
              column: column.name, values: values.count, distinct: distinct.count, share: share))
        }
      }
      #expect(!expected.isEmpty)
      #expect(report.identifiers.filter { $0.column != "AGE" } == expected)

      let sets = [["KIND", "LON"]] + expected.map { [$0.column] }
      let (_, strict) = try quantize(
        checkpoint, metrics: "", excluding: Exclusion(path: path, fieldSets: sets))
      #expect(
        strict.identifiers.allSatisfy { found in !expected.contains { $0.column == found.column } })
    }
  }

  @Test func rowsThatCannotBeMadeAreErrors() throws {
    let checkpoint = SyntheticCheckpoint(seed: 2).checkpoint
    try withTable(checkpoint, count: 500) { path, rows in
      let (bytes, _) = try quantize(
        checkpoint, metrics: "", excluding: Exclusion(path: path, fieldSets: [["KIND"]]))
      var generator = Generator(model: try Model(bytes: bytes), seed: 1)
      #expect(throws: GenerationError.excluded(row: 7, attempts: 64)) { try generator.row(7) }
      // Nothing of the last attempt is left to print.
      #expect(generator.model.columns.indices.allSatisfy { generator.isNull($0) })
    }
  }

  @Test func badTablesAndFieldsAreNamed() throws {
    let checkpoint = SyntheticCheckpoint(seed: 2).checkpoint
    try withTable(checkpoint, count: 3) { path, _ in
      #expect {
        try quantize(
          checkpoint, metrics: "", excluding: Exclusion(path: path, fieldSets: [["street"]]))
      } throws: { error in
        guard case .unknownField("street", _)? = error as? QuantizationError else { return false }
        return true
      }
      #expect {
        try quantize(checkpoint, metrics: "", excluding: Exclusion(path: path + "x"))
      } throws: { error in
        guard case .unreadableTable? = error as? QuantizationError else { return false }
        return !"\(error)".contains("\n")
      }
    }
  }
}
