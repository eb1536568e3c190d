import FakeGen
import Foundation
import TestModels
import Testing

@Suite struct GeneratorTests {
  private func makeGenerator(seed: UInt64) throws -> Generator {
    Generator(model: try Model(bytes: TinyModel.bytes), seed: seed)
  }

  @Test func rowsDoNotDependOnOrder() throws {
    var generator = try makeGenerator(seed: 7)
    let forwards = try (0..<60).map { try generator.row($0) }
    let backwards = try (0..<60).reversed().map { try generator.row($0) }
    #expect(forwards == backwards.reversed())
    for index in [59, 3, 31] as [UInt64] {
      var fresh = try makeGenerator(seed: 7)
      #expect(try fresh.row(index) == forwards[Int(index)])
    }
  }

  @Test func farRowsAndAllSeedBitsCount() throws {
    var rows: Set<Row> = []
    for seed in [0, 1, 1 << 32, 1 << 63] as [UInt64] {
      var generator = try makeGenerator(seed: seed)
      for index in [0, 1, 1 << 32, .max] as [UInt64] { rows.insert(try generator.row(index)) }
    }
    #expect(rows.count == 16)
  }

  @Test func copiesAreIndependent() throws {
    var first = try makeGenerator(seed: 7)
    var second = first
    let row = try first.row(5)
    _ = try second.row(9)
    #expect(try first.row(5) == row)
    #expect(try second.row(5) == row)
  }

  @Test func appendingEqualsFields() throws {
    var generator = try makeGenerator(seed: 3)
    for index in 0..<100 as Range<UInt64> {
      let row = try generator.row(index)
      for column in row.fields.indices {
        var expected: [UInt8] = [1]
        var found: [UInt8] = [1]
        row.fields[column].append(to: &expected)
        generator.append(column, to: &found)
        #expect(found == expected)
        #expect(generator.isNull(column) == (row.fields[column] == .null))
        #expect(generator.field(column) == row.fields[column])
      }
    }
  }

  @Test func fieldsSuitTheirColumns() throws {
    var generator = try makeGenerator(seed: 1)
    var nulls = [Int](repeating: 0, count: 9)
    var kinds: Set<Field> = []
    for index in 0..<400 as Range<UInt64> {
      let row = try generator.row(index)
      #expect(row.fields.count == 9)
      #expect((row.fields[6] == .null) == (row.fields[7] == .null))
      for (column, field) in zip(generator.model.columns, row.fields) {
        switch (column.kind, field) {
        case (_, .null): #expect(column.isOptional)
        case (.text, .text(let text)):
          #expect(text.unicodeScalars.count <= TinyModel.maximumLength)
          #expect(text.unicodeScalars.allSatisfy { TinyModel.alphabet.contains($0.value) })
        case (.digits, .text(let text)):
          let value = try #require(Int64(text))
          #expect(String(value) == text)
          #expect((-200...4000).contains(value))
        case (.real(let decimals), .real(let units, let found)):
          #expect(decimals == found)
          #expect((-50_000...60_000).contains(units))
        case (.integer, .integer(let value)): #expect((-50_000...60_000).contains(value))
        case (.enumeration(let names), .enumeration(let name)):
          #expect(names.contains(name))
          kinds.insert(field)
        case (.boolean, .boolean): kinds.insert(field)
        default: Issue.record("\(field) in a column of \(column.kind)")
        }
      }
      for (column, field) in row.fields.enumerated() where field == .null { nulls[column] += 1 }
    }
    #expect(kinds.count >= 4)
    #expect(nulls[1] > 0 && nulls[4] > 0 && nulls[6] > 0)
  }

  /// Rows of models with every option, whose records are all made by draws of their own.
  @Test(arguments: [FeedbackFormat.Kind.reencoded, .state], [nil, 5])
  func optionsKeepTheRules(kind: FeedbackFormat.Kind, codeWidth: Int?) throws {
    let model = try Model(bytes: SyntheticModel.bytes(feedback: kind, codeWidth: codeWidth))
    var generator = Generator(model: model, seed: 4)
    var other = Generator(model: model, seed: 4)
    let rows = try (0..<300 as Range<UInt64>).map { try generator.row($0) }
    for index in [299, 17, 150, 0] { #expect(try other.row(UInt64(index)) == rows[index]) }
    #expect(Set(rows).count > 290)
    var cities: Set<Field> = []
    var towns: Set<Field> = []
    let characters = Set(try #require(model.content.network.strings).alphabet)
    for row in rows {
      let named = Dictionary(
        uniqueKeysWithValues: zip(model.columns.map(\.name), row.fields))
      #expect(named["STATE"] == .text(SyntheticModel.constant))
      // A message that is not there has no constants either.
      #expect((named["TOWN"] == .null) == (named["OWNER"] == .null))
      towns.insert(try #require(named["TOWN"]))
      cities.insert(try #require(named["CITY"]))
      for name in ["STREET", "UNIT", "OWNER", "NUMBER"] {
        guard case .text(let text) = named[name] else { continue }
        #expect(text.unicodeScalars.count <= SyntheticModel.maximumLength)
        #expect(text.unicodeScalars.allSatisfy { characters.contains($0.value) })
      }
      guard case .text(let number) = named["NUMBER"] else { continue }
      let value = try #require(Int64(number))
      #expect(String(value) == number && SyntheticModel.digits.contains(value))
    }
    #expect(towns == [.null, .text("")])
    // Known values and strings that were spelled.
    #expect(SyntheticModel.values.contains { cities.contains(.text($0)) })
    #expect(cities.count > SyntheticModel.values.count)
    // Three characters that follow each other by chance in one of 5,000 places.
    #expect(rows.count { "\($0.fields)".contains("c-d") } > 3)
  }

  /// A signature over 500 rows; it may change only with the format's version.
  @Test func signatureIsTheGoldenOne() throws {
    var generator = try makeGenerator(seed: 2026)
    var bytes: [UInt8] = []
    for index in 0..<500 as Range<UInt64> {
      try generator.select(row: index)
      for column in generator.model.columns.indices {
        generator.append(column, to: &bytes)
        bytes.append(column == 8 ? 0x0A : 0x2C)
      }
    }
    let signature = String(CRC32.checksum(of: bytes), radix: 16)
    let golden = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Golden/tiny-model-rows.crc32")
    let expected = try String(contentsOf: golden, encoding: .utf8)
    #expect(signature == expected.trimmingCharacters(in: .whitespacesAndNewlines))
  }

  /// A model used where its bytes lie, as in flash, makes the rows of one that was copied.
  @Test func lastingBytesMakeTheSameRows() throws {
    let bytes = TinyModel.bytes
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 4)
    // Never freed: this is the promise that `init(lasting:)` asks for.
    memory.copyBytes(from: bytes)
    var lasting = Generator(
      model: try Model(lasting: UnsafeRawBufferPointer(memory)), seed: 3)
    var copied = Generator(model: try Model(bytes: bytes), seed: 3)
    for index in 0..<50 as Range<UInt64> {
      #expect(try lasting.row(index) == copied.row(index))
    }
    #expect(throws: ModelError.notAModel) {
      _ = try Model(lasting: UnsafeRawBufferPointer(start: nil, count: 0))
    }
  }

  /// Of a model that is part of a program, what a test checks once is not checked again; sizes and
  /// references are.
  @Test func shippedBytesMakeTheSameRowsUncheckedButForTheirSizes() throws {
    var bytes = TinyModel.bytes
    let expected = try makeGenerator(seed: 3).rows(50)
    bytes[bytes.count - 1] ^= 1
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 4)
    // Never freed, as a program's own bytes are not.
    memory.copyBytes(from: bytes)
    let shipped = UnsafeRawBufferPointer(memory)
    for level in KernelLevel.allCases where level.isSupported && level != .reference {
      let model = try Model(shipped: shipped, kernels: level)
      #expect(try Generator(model: model, seed: 3).rows(50) == expected)
      #expect(throws: ModelError.self) { try Model(lasting: shipped, kernels: level) }
      let part = UnsafeRawBufferPointer(rebasing: shipped[..<(shipped.count - 4)])
      #expect(throws: ModelError.wrongSize(expected: UInt64(shipped.count), found: part.count)) {
        try Model(shipped: part, kernels: level)
      }
    }
  }
}

extension Generator {
  /// Returns the first `count` rows.
  fileprivate func rows(_ count: UInt64) throws -> [Row] {
    var generator = self
    return try (0..<count).map { try generator.row($0) }
  }
}
