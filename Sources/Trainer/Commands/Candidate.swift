import Autodiff
import Checkpoint
import FakeGen
import FloatModel
import Foundation
import Records
import Schema

/// Where rows to be measured come from: told from the file's first bytes.
enum Candidate {
  case checkpoint(FloatGenerator<Float>)
  case model(Model)
  case table([Record])

  /// Opens a run's model or a table of records.
  ///
  /// - Parameter schema: what a table's records are.
  init(path: String, schema: RecordSchema, reading: TableReading) throws {
    let start = FileHandle(forReadingAtPath: path)?.readData(ofLength: 8) ?? Data()
    if start.elementsEqual("fgcheck\n".utf8) {
      self = .checkpoint(try FloatGenerator<Float>(ofRun: Checkpoint.load(path), path: path))
    } else if start.elementsEqual(ModelFormat.signature) {
      let bytes = try Self.modelBytes(path)
      do {
        self = .model(try Model(bytes: Array(bytes)))
      } catch {
        throw TrainerError.badModel(path: path, reason: "\(error)")
      }
    } else {
      self = .table(try readTable(path: path, schema: schema, reading: reading).records)
    }
  }

  private static func modelBytes(_ path: String) throws -> Data {
    let limit = 1 << 28
    let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
    guard size <= limit else {
      throw TrainerError.badModel(
        path: path, reason: "\(size) bytes are more than a model file's \(limit); name another file"
      )
    }
    return try Data(contentsOf: URL(fileURLWithPath: path))
  }

  /// Returns the candidate's rows: `count` generated ones, or all of a table's.
  func rows(
    count: Int, seed: UInt64, schema: RecordSchema, pool: ThreadPool
  ) throws -> GeneratedRows {
    switch self {
    case .table(let records): return GeneratedRows(records)
    case .checkpoint(let generator):
      let own = generator.model.description.schema.leaves
      guard own.map(\.path) == schema.leaves.map(\.path),
        own.map(\.kind) == schema.leaves.map(\.kind)
      else {
        throw TrainerError.otherSchema(
          expected: schema.leaves.map(\.path), found: own.map(\.path))
      }
      return generator.generate(
        count: count, seed: seed, stream: RandomStreams.generation.first, pool: pool)
    case .model(let model):
      let places = try schema.leaves.map { leaf in
        guard let place = model.columns.firstIndex(where: { $0.path == leaf.path }) else {
          throw TrainerError.otherSchema(
            expected: schema.leaves.map(\.path), found: model.columns.map(\.path))
        }
        return place
      }
      var generator = Generator(model: model, seed: seed)
      return GeneratedRows(
        try (0..<count).map { index in
          let row = try generator.row(UInt64(index))
          return Record(
            values: zip(places, schema.leaves).map { Self.value(row.fields[$0], $1.kind) })
        })
    }
  }

  /// An element of a list; its hidden leaves are null.
  private static func element(_ row: Row, _ schema: RecordSchema) -> Record {
    var record = Record(values: Array(repeating: .null, count: schema.leaves.count))
    for (leaf, field) in zip(schema.columns, row.fields) {
      record.values[leaf] = value(field, schema.leaves[leaf].kind)
    }
    return record
  }

  private static func value(_ field: Field, _ kind: LeafKind) -> FieldValue {
    switch field {
    case .null: .null
    case .text(let text): .text(text)
    case .real(let units, let decimals): .real(Double(units) / pow(10, Double(decimals)))
    case .integer(let integer): .integer(integer)
    case .boolean(let value): .choice(value ? 1 : 0)
    case .list(let rows):
      if case .list(let type) = kind {
        .list(rows.map { Self.element($0, type.elements) })
      } else {
        .null
      }
    case .enumeration(let name):
      if case .enumeration(let names, _) = kind, let index = names.firstIndex(of: name) {
        .choice(index)
      } else {
        .null
      }
    }
  }
}
