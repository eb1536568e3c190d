/// A code of a string, and where the one before it is.
struct CodeLink: Sendable {
  let code: Int32
  /// Position among the links; -1 if there is none.
  let previous: Int32
}
