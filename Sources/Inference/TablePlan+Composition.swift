import FakeGen
import Schema

extension TablePlan {
  /// Makes columns composed ones whose texts are made of other columns' values.
  ///
  /// - Returns: what to say of them, and keys that are made of others and of numbers of their own.
  /// - Throws: `InferenceError.unsuitableKind` for what a person says is one and is none.
  static func compose(
    _ columns: inout [TypedColumn], options: InferenceOptions
  ) throws(InferenceError) -> (warnings: [InferenceWarning], loose: [Int: Composition]) {
    var finder = CompositionFinder(columns, minimumCount: options.minimumCount)
    for index in columns.indices {
      let column = columns[index]
      let found: Composition?
      switch column.wanted {
      case .composed(let templates?):
        found = try composition(templates, of: column, columns, &finder)
      case .composed(nil):
        found = finder.composition(of: index, isWanted: true)
        if found == nil {
          throw .unsuitableKind(
            column: column.name, kind: "composed",
            reason:
              "no few templates of other columns and numbers make its texts; say which, as in "
              + "'composed: first ' ' last'")
        }
      case nil where !column.isClosed && !options.texts.contains(column.name):
        found = finder.composition(of: index, isWanted: false)
      default: found = nil
      }
      guard let found else { continue }
      columns[index].form = .composed(found)
      columns[index].spelling = nil
      let others = finder.rowsWithoutTemplate(found, of: index)
      columns[index].why +=
        "; made "
        + (found.leaves.isEmpty
          ? "of numbers"
          : "of " + found.leaves.map { "'\(columns[$0].name)'" }.joined(separator: ", "))
        + (others == 0 ? "" : " but in \(others) rows")
    }
    let unique = columns.filter { column in
      column.isComposed && column.nullRows == 0
        && column.valueRows >= ColumnTyping.minimumKeyRows && column.distinct == column.valueRows
    }.map { column in
      InferenceWarning(
        column: column.name,
        text: "all its values differ in the table, those of generated rows need not; fakegen "
          + "--unique-by \"\(column.name)\" sees to it")
    }
    return (unique, finder.loose)
  }

  /// Tells of keys whose parts are other columns' values, but for those that follow from their shapes.
  static func hints(
    _ loose: [Int: Composition], _ columns: [TypedColumn], _ relations: [Int: Relation]
  ) -> [InferenceWarning] {
    loose.sorted { $0.key < $1.key }.compactMap { index, composition in
      let sources = composition.leaves.filter {
        relations[$0] != .lookup(.init(column: index, part: .shape))
      }
      guard !sources.isEmpty else { return nil }
      let names = sources.map { "'\(columns[$0].name)'" }.joined(separator: ", ")
      let name = columns[index].name
      return InferenceWarning(
        column: name,
        text: "its keys hold \(names), which generated ones do not; if that matters more than that "
          + "they all differ, say --kind \"\(name)=composed\"")
    }
  }

  /// The templates that a person gives.
  private static func composition(
    _ templates: [[ComposedPiece]], of column: TypedColumn, _ columns: [TypedColumn],
    _ finder: inout CompositionFinder
  ) throws(InferenceError) -> Composition {
    func unsuitable(_ reason: String) -> InferenceError {
      .unsuitableKind(column: column.name, kind: "composed", reason: reason)
    }
    var pieces: [[Composition.Piece]] = []
    for template in templates {
      var (read, place): ([Composition.Piece], Int) = ([], 0)
      for piece in template {
        switch piece {
        case .literal(let text): read.append(.literal(text))
        case .number(let width):
          read.append(.number(place, width: width))
          place += 1
        case .value(let name, let form):
          guard let leaf = columns.firstIndex(where: { $0.name == name }), name != column.name
          else { throw unsuitable("there is no other column '\(name)'") }
          if case .list = columns[leaf].form { throw unsuitable("column '\(name)' holds lists") }
          read.append(.value(leaf: leaf, form: form))
        }
      }
      pieces.append(read)
    }
    guard let index = columns.firstIndex(where: { $0.name == column.name }) else {
      throw unsuitable("it is no column")
    }
    return finder.withUsualNumbers(Composition(templates: pieces).aligned, of: index)
  }
}

extension ComposedPiece {
  /// A piece in the words of a kind.
  init(_ piece: Composition.Piece, _ columns: [TypedColumn]) {
    self =
      switch piece {
      case .literal(let text): .literal(text)
      case .value(let leaf, let form): .value(column: columns[leaf].name, form: form)
      case .number(_, let width): .number(width: width)
      }
  }
}
