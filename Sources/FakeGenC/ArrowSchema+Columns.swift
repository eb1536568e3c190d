import CFakeGen
import FakeGen

extension ArrowSchema {
  /// The type of a batch of a model's rows as columns.
  init(_ model: Model, _ layout: ColumnLayout) {
    self.init(
      format: "+s", name: "", isNullable: false,
      children: model.columns.map { ArrowSchema($0, layout) })
  }

  /// The type of a column; that of a list has a child, the type of an element: of its value, or a
  /// struct of its fields.
  private init(_ column: Column, name: String? = nil, _ layout: ColumnLayout) {
    let type = ArrowType(column.kind, layout)
    var children: [ArrowSchema] = []
    if case .list(let list) = type {
      let item = "item"
      children =
        list.isMessage
        ? [
          ArrowSchema(
            format: "+s", name: item, isNullable: false,
            children: list.columns.map { ArrowSchema($0, layout) })
        ] : list.columns.map { ArrowSchema($0, name: item, layout) }
    }
    self.init(
      format: type.format, name: name ?? column.name, isNullable: column.isOptional,
      children: children)
  }

  private init(format: String, name: String, isNullable: Bool, children: [ArrowSchema] = []) {
    let owner = Owner(format: format, name: name, children: children)
    self.init(
      format: owner.format, name: owner.name, metadata: nil,
      flags: isNullable ? Int64(ARROW_FLAG_NULLABLE) : 0, n_children: Int64(children.count),
      children: owner.children?.pointers, dictionary: nil,
      release: { schema in
        guard let schema, schema.pointee.release != nil else { return }
        schema.pointee.release = nil
        if let data = schema.pointee.private_data {
          Unmanaged<Owner>.fromOpaque(UnsafeRawPointer(data)).release()
        }
      }, private_data: Unmanaged.passRetained(owner).toOpaque())
  }

  /// What `private_data` is.
  private final class Owner {
    let format: UnsafeMutablePointer<CChar>
    let name: UnsafeMutablePointer<CChar>
    let children: Children<ArrowSchema>?

    init(format: String, name: String, children: [ArrowSchema]) {
      self.format = terminated(format.utf8)
      self.name = terminated(name.utf8)
      self.children = children.isEmpty ? nil : Children(children)
    }

    deinit {
      for child in children?.addresses ?? [] { child.pointee.release?(child) }
      format.deallocate()
      name.deallocate()
    }
  }
}

/// Returns a text with a zero at its end, in memory that the caller frees.
func terminated(_ text: String.UTF8View) -> UnsafeMutablePointer<CChar> {
  let memory = UnsafeMutablePointer<CChar>.allocate(capacity: text.count + 1)
  _ = copy(text, to: memory, text.count + 1)
  return memory
}
