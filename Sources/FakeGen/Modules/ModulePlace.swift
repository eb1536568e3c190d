/// Where a module stands in the tree, what it is given there and what it must give.
struct ModulePlace {
  /// The name of its section.
  let name: UTF8Text
  /// Of the vectors that it decodes.
  let input: VectorFormat
  /// Of the feedback vector that it must give; nil if nothing asks for one.
  let feedback: VectorFormat?
  /// Number of modules around it.
  let depth: Int
}
