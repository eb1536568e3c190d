import Foundation
import Schema

/// Reads a file of JSON objects, one on each line.
///
/// A leaf's value stands at its JSON names, nested objects for nested messages; field names serve
/// as well, and so does the column's name as a key of the outer object. Other keys are ignored. A
/// missing key and null are a missing cell.
///
/// - Parameter onBytes: called with all of the file's bytes in order, as they are read.
/// - Throws: `TableError`.
func readJSONLines(
  path: String, schema: RecordSchema, reading: TableReading,
  onBytes: @escaping (UnsafeRawBufferPointer) -> Void
) throws(TableError) -> Table {
  var reader = try LineReader(path: path, onBytes: onBytes)
  let hiddenLeaves = schema.hiddenLeaves
  var builder = TableBuilder(path: path, schema: schema, reading: reading)
  var isEmpty = true
  while try reader.next() {
    isEmpty = false
    do throws(RecordConverter.FieldProblem) {
      let object = try parse(reader.rawLine)
      var cells: [String?] = []
      cells.reserveCapacity(schema.leaves.count)
      for (index, leaf) in schema.leaves.enumerated() {
        if hiddenLeaves.contains(index) {
          cells.append(nil)
          continue
        }
        do throws(RowProblem) {
          cells.append(try find(leaf, in: object)?.cell(for: leaf.kind))
        } catch {
          throw .init(leaf: index, problem: error)
        }
      }
      builder.add(cells, line: reader.line)
    } catch {
      let leaf = error.leaf.map { schema.leaves[$0] }
      builder.add(
        RowDiagnostic(
          path: path, line: reader.line, field: leaf?.path, column: leaf?.column,
          problem: error.problem))
    }
  }
  if isEmpty { throw .empty(path: path) }
  return try builder.finish()
}

/// Parses the members of the object that a line holds.
private func parse(
  _ line: ArraySlice<UInt8>
) throws(RecordConverter.FieldProblem) -> [String: Any] {
  guard String(validating: line, as: UTF8.self) != nil else {
    throw .init(leaf: nil, problem: .notUTF8)
  }
  guard
    let value = try? JSONSerialization.jsonObject(with: Data(line), options: .fragmentsAllowed)
  else {
    throw .init(leaf: nil, problem: .notJSON(reason: "the line is not valid JSON"))
  }
  guard let members = value as? [String: Any] else {
    throw .init(leaf: nil, problem: .notJSON(reason: "found \(JSONValue(value).name)"))
  }
  return members
}

/// Returns the value of a leaf, nil if the object does not have it.
///
/// - Throws: `RowProblem.wrongType` if something else stands where a nested object should.
private func find(
  _ leaf: Leaf, in object: [String: Any]
) throws(RowProblem) -> JSONValue? {
  if let value = object[leaf.column] { return JSONValue(value) }
  var value = JSONValue.object(object)
  for (jsonName, name) in zip(leaf.jsonNames, leaf.names) {
    switch value {
    case .object(let members):
      guard let member = members[jsonName] ?? members[name] else { return nil }
      value = JSONValue(member)
    case .null: return nil
    default: throw .wrongType(expected: "an object", found: value.name)
    }
  }
  return value
}

extension Leaf {
  /// Field names from the root message.
  var names: [String] { path.split(separator: ".").map(String.init) }
}
