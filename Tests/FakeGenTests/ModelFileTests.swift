import FakeGen
import TestModels
import Testing

@Suite struct ModelFileTests {
  /// The paper's modules, and models with every option.
  enum Form: CaseIterable {
    case plain, reencoded, state, embedded, numbers, rules, spellings, lists, linked, documents
    case factored

    func bytes() throws -> [UInt8] {
      switch self {
      case .plain: TinyModel.bytes
      case .reencoded: try SyntheticModel.bytes(feedback: .reencoded)
      case .state: try SyntheticModel.bytes(feedback: .state)
      case .embedded: try SyntheticModel.bytes(feedback: .reencoded, codeWidth: 5)
      case .numbers: NumberModel.bytes()
      case .rules: RuleModel.bytes
      case .spellings: NumberModel.spelledBytes
      case .lists: ListModel.bytes
      case .linked: LinkedModel.bytes
      case .documents: DocumentModel.bytes
      case .factored: try SyntheticModel.factoredTable()
      }
    }
  }

  /// The file with `change` made and its checksum made anew.
  private func resealed(_ bytes: [UInt8], _ change: (inout [UInt8]) -> Void) -> [UInt8] {
    var changed = bytes
    change(&changed)
    return reseal(changed)
  }

  private func reseal(_ bytes: [UInt8]) -> [UInt8] {
    var body = Array(bytes.dropLast(4))
    let checksum = CRC32.checksum(of: body)
    body += (0..<4).map { UInt8(truncatingIfNeeded: checksum >> (8 * $0)) }
    return body
  }

  @Test(arguments: Form.allCases) func decodingAndEncodingGiveTheSameBytes(form: Form) throws {
    let bytes = try form.bytes()
    #expect(try Model(bytes: bytes).content.encoded() == bytes)
  }

  @Test func informationIsKept() throws {
    let bytes = TinyModel.bytes
    let model = try Model(bytes: bytes)
    #expect(model.information.messageName == "test.Home")
    #expect(model.information.attribution == "Nobody — all numbers are made up")
    #expect(model.information.trainingRows == 12)
    #expect(model.information.metrics == "p mean 0.5\n")
    #expect(model.information.fileSize == bytes.count)
    let checksum = bytes.suffix(4).reversed().reduce(0 as UInt32) { $0 << 8 | UInt32($1) }
    #expect(UInt32(model.information.contentHash, radix: 16) == checksum)
    #expect(
      model.columns.map(\.name) == [
        "LON", "HEIGHT", "NUMBER", "STREET", "UNIT", "KIND", "OWNER", "AGE", "SOLD",
      ])
    #expect(
      model.columns.map(\.isOptional)
        == [false, true, false, false, true, false, true, true, false])
  }

  @Test(arguments: Form.allCases) func everyTruncationIsAnError(form: Form) throws {
    let bytes = try form.bytes()
    for count in 0..<min(bytes.count, 3000) {
      #expect(throws: ModelError.self) { try Model(bytes: Array(bytes[..<count])) }
    }
    var draws = RandomStream(seed: 1, row: 0, stream: 0)
    for _ in 0..<1000 {
      let count = Int(draws.next()) % bytes.count
      #expect(throws: ModelError.self) { try Model(bytes: Array(bytes[..<count])) }
      // Cut short but sealed again, with the right size in the header.
      let cut = resealed(Array(bytes[..<(max(count, 32) & ~3)])) { file in
        for index in 0..<8 {
          file[12 + index] = UInt8(truncatingIfNeeded: file.count >> (8 * index))
        }
      }
      #expect(throws: ModelError.self) { try Model(bytes: cut) }
    }
  }

  @Test(arguments: Form.allCases) func everyBitFlipIsAnError(form: Form) throws {
    let bytes = try form.bytes()
    var draws = RandomStream(seed: 2, row: 0, stream: 0)
    for _ in 0..<1500 {
      var flipped = bytes
      flipped[Int(draws.next()) % bytes.count] ^= 1 << (draws.next() % 8)
      #expect(throws: ModelError.self) { try Model(bytes: flipped) }
    }
  }

  @Test func appendedBytesAreAnError() {
    let bytes = TinyModel.bytes
    var draws = RandomStream(seed: 3, row: 0, stream: 0)
    for _ in 0..<1000 {
      let extra = (0...draws.next() % 64).map { _ in UInt8(truncatingIfNeeded: draws.next()) }
      #expect(throws: ModelError.self) { try Model(bytes: bytes + extra) }
    }
    #expect(throws: ModelError.notAModel) { try Model(bytes: []) }
    #expect(throws: ModelError.notAModel) { try Model(bytes: .init(repeating: 0, count: 5000)) }
  }

  @Test func otherVersionsAreRefused() {
    let bytes = TinyModel.bytes
    let newer = resealed(bytes) { $0[8] = 9 }
    #expect(throws: ModelError.unsupportedVersion(found: 9)) { try Model(bytes: newer) }
  }

  /// Version 2 only adds records, so that files of version 1 give the rows they gave.
  @Test func versionOneIsRead() throws {
    let bytes = TinyModel.bytes
    #expect(bytes[8] == 2)
    var old = Generator(model: try Model(bytes: resealed(bytes) { $0[8] = 1 }), seed: 1)
    var new = Generator(model: try Model(bytes: bytes), seed: 1)
    for index in 0..<20 as Range<UInt64> { #expect(try old.row(index) == new.row(index)) }
  }

  /// A factored softmax's clusters hold a class each, and are as many as the first half has; 40 values
  /// in six are right.
  @Test(arguments: [0, 5, 7, 39, 41, 1 << 31] as [UInt32])
  func clustersFitTheirClasses(count: UInt32) throws {
    let bytes = try Form.factored.bytes()
    let name = Array("FACT".utf8)
    let start = try #require(
      bytes.indices.dropLast(8).first { bytes[$0..<$0 + 4].elementsEqual(name) })
    // Behind the type, the size, and the name and its length.
    let clusters = start + 12 + "factored".utf8.count
    #expect(bytes[clusters] == 6)
    let changed = resealed(bytes) { file in
      for place in 0..<4 {
        file[clusters + place] = UInt8(truncatingIfNeeded: count >> (8 * UInt32(place)))
      }
    }
    let error = try #require(#expect(throws: ModelError.self) { try Model(bytes: changed) })
    #expect(count != 39 || "\(error)".contains("leave one empty"))
  }

  /// Mutations that the checksum does not catch: they are refused, or what loads keeps its bounds.
  @Test(arguments: Form.allCases) func resealedMutationsKeepTheBounds(form: Form) throws {
    let bytes = try form.bytes()
    var draws = RandomStream(seed: 4, row: 0, stream: 0)
    var loaded = 0
    let interesting: [UInt8] = [0, 1, 0x7F, 0x80, 0xFF]
    for round in 0..<3000 {
      let changed = resealed(bytes) { file in
        for _ in 0...draws.next() % 3 {
          // Two of three mutations hit the first part, which is denser in sizes and shapes.
          let end = round % 3 == 0 ? file.count : min(file.count, 2500)
          let position = 20 + Int(draws.next()) % (end - 20)
          file[position] =
            round % 2 == 0
            ? interesting[Int(draws.next() % 5)] : UInt8(truncatingIfNeeded: draws.next())
        }
      }
      guard let model = try? Model(bytes: changed) else { continue }
      loaded += 1
      checkRows(model)
    }
    // Most mutations of weights are as good as the weights themselves.
    #expect(loaded > 100)
  }

  /// Words everywhere from the header on, set to numbers that are likely to hurt.
  @Test(arguments: Form.allCases) func extremeWordsKeepTheBounds(form: Form) throws {
    let bytes = try form.bytes()
    var position = 20
    var draws = RandomStream(seed: 6, row: 0, stream: 0)
    while position < bytes.count - 4 {
      let word =
        [0, 1, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0x0001_0000][
          Int(draws.next() % 6)] as UInt32
      let changed = resealed(bytes) { file in
        for index in 0..<4 {
          file[position + index] = UInt8(truncatingIfNeeded: word >> (8 * index))
        }
      }
      if let model = try? Model(bytes: changed) { checkRows(model) }
      // Densely where sizes and shapes lie thick, sparsely in the tables and weights.
      position += position < 1000 ? 4 : 4 * Int(1 + draws.next() % 12)
    }
  }

  private func checkRows(_ model: Model) {
    var generator = Generator(model: model, seed: 1)
    for row in [0, 1, UInt64.max] {
      // A changed filter may exclude everything.
      guard let fields = try? generator.row(row).fields else { continue }
      for case .text(let text) in fields {
        #expect(text.unicodeScalars.count <= ModelFormat.maximumStringLength)
      }
    }
  }
}
