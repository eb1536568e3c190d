import FakeGen
import Schema

/// The message that columns make: fields, some of which are messages.
struct MessageTree {
  struct Field {
    var name: String
    var number: Int
    var content: Content
    /// Names of the columns' objects up to this one, joined by dots; a column's own name.
    var column: String
    /// Its key in JSON; nil if the column is not named by keys.
    var key: String?
  }

  indirect enum Content {
    case leaf(Int)
    case message(MessageTree)
  }

  private(set) var fields: [Field] = []

  /// Builds the message of a record type's columns, whose numbers are known.
  init(_ schema: RecordSchema) {
    for leaf in schema.columns {
      let field = schema.leaves[leaf]
      guard let protobuf = field.protobuf else { continue }
      let names = field.path.split(separator: ".").map(String.init)
      guard names.count == protobuf.numbers.count else { continue }
      let keys = field.jsonNames.count == names.count ? field.jsonNames : nil
      insert(leaf, field, names[...], numbers: protobuf.numbers[...], keys: keys?[...], object: [])
    }
  }

  private init() {}

  /// Whether a oneof here can have the columns or objects of these names, none of which is a list.
  func hasOneof(of names: [String], in plan: TablePlan) -> Bool {
    let own = fields.filter { field in
      guard names.contains(field.column) else { return false }
      if case .leaf(let leaf) = field.content { return !plan.schema.leaves[leaf].kind.isList }
      return true
    }
    if own.count == names.count { return true }
    return fields.contains { field in
      if case .message(let tree) = field.content {
        tree.hasOneof(of: names, in: plan)
      } else {
        false
      }
    }
  }

  private mutating func insert(
    _ leaf: Int, _ field: Leaf, _ names: ArraySlice<String>, numbers: ArraySlice<Int>,
    keys: ArraySlice<String>?, object: [String]
  ) {
    guard let name = names.first, let number = numbers.first else { return }
    let key = keys?.first
    if names.count == 1 {
      fields.append(
        Field(name: name, number: number, content: .leaf(leaf), column: field.column, key: key))
      return
    }
    let object = object + [key ?? name]
    let place = fields.firstIndex { $0.name == name } ?? fields.count
    var child = MessageTree()
    if place < fields.count, case .message(let message) = fields[place].content {
      child = message
    } else {
      fields.append(
        Field(
          name: name, number: number, content: .message(child),
          column: object.joined(separator: "."), key: key))
    }
    child.insert(
      leaf, field, names.dropFirst(), numbers: numbers.dropFirst(), keys: keys?.dropFirst(),
      object: object)
    fields[place].content = .message(child)
  }

  /// Numbers for fields that nobody has numbered: from 1 on in each message, in the order in which they
  /// come, without those that protobuf keeps for itself.
  ///
  /// - Parameter paths: names of the fields of each, the outermost first.
  /// - Returns: their numbers.
  static func numbers(_ paths: [[String]]) -> [[Int]] {
    var known: [[String]: Int] = [:]
    var counts: [[String]: Int] = [:]
    return paths.map { path in
      path.indices.map { depth in
        let field = Array(path[...depth])
        if let number = known[field] { return number }
        var number = counts[Array(field.dropLast()), default: 0] + 1
        if number == 19_000 { number = 20_000 }
        counts[Array(field.dropLast())] = number
        known[field] = number
        return number
      }
    }
  }
}
