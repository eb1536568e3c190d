/// Texts that are made of the values of leaves, by one of several templates: `Anna Berg`,
/// `anna.berg@example.com`, `1h 47m`.
package struct ComposedText: Sendable, Hashable {
  /// What a template is made of.
  package enum Piece: Sendable, Hashable {
    /// A text that always stands there, as UTF-8.
    case literal([UInt8])
    /// The text of a leaf.
    case value(Value)
  }

  /// The text of a leaf in a form.
  package struct Value: Sendable, Hashable {
    /// The leaf, no list.
    package let leaf: Int
    /// What the leaf is.
    package let kind: ColumnKind
    /// How its text stands there.
    package let form: TextForm

    /// Creates the text of a leaf.
    ///
    /// - Parameters:
    ///   - leaf: the leaf, no list.
    ///   - kind: what the leaf is.
    ///   - form: how its text stands there.
    package init(leaf: Int, kind: ColumnKind, form: TextForm) {
      self.leaf = leaf
      self.kind = kind
      self.form = form
    }
  }

  /// Templates at most.
  package static let maximumTemplates = 64
  /// Pieces of a template at most.
  package static let maximumPieces = 64

  /// Bytes of a text at most: texts of texts of texts would grow without bounds.
  static let maximumBytes = 4 * ModelFormat.maximumStringLength

  /// The integer leaf that has the number of the template, from 0; nil for the first one.
  package let choice: Int?
  /// The templates, at least one.
  package let templates: [[Piece]]

  /// Creates texts by templates.
  ///
  /// - Parameters:
  ///   - choice: the integer leaf that has the number of the template, from 0; nil for the first one.
  ///   - templates: the templates, at least one.
  package init(choice: Int?, templates: [[Piece]]) {
    self.choice = choice
    self.templates = templates
  }

  /// The leaves that they are made of.
  var sources: [Int] {
    var sources: [Int] = []
    if let choice { sources.append(choice) }
    for template in templates {
      for case .value(let value) in template where !sources.contains(value.leaf) {
        sources.append(value.leaf)
      }
    }
    return sources
  }

  /// Composes the text of a row: by the template that is chosen, the nearest one below 0 and beyond the
  /// last, or by the first of those of which no leaf is null if one of its own is. It stays null if
  /// there is none, or if the choice is null. What is beyond `maximumBytes` is cut off.
  ///
  /// - Parameters:
  ///   - row: position in the batch.
  ///   - leaf: the leaf that the text becomes.
  ///   - batch: the rows.
  func decode(row: Int, leaf: Int, into batch: inout DecodedBatch) {
    var chosen = 0
    if let choice {
      guard case .number(let number) = batch.value(row: row, leaf: choice) else { return }
      chosen = Int(truncatingIfNeeded: min(max(number, 0), Int64(templates.count &- 1)))
    }
    if !isComplete(chosen, row: row, in: batch) {
      chosen = 0
      while chosen < templates.count, !isComplete(chosen, row: row, in: batch) { chosen &+= 1 }
      if chosen == templates.count { return }
    }
    let start = batch.text.count
    for piece in templates[chosen] where batch.text.count &- start < Self.maximumBytes {
      switch piece {
      case .literal(let text): batch.text.append(contentsOf: text)
      case .value(let value):
        let first = batch.text.count
        batch.appendText(row: row, leaf: value.leaf, kind: value.kind)
        value.form.apply(to: &batch.text, from: first)
      }
    }
    batch.cutText(from: start, at: Self.maximumBytes)
    batch.set(.text(start: start, count: batch.text.count &- start), row: row, leaf: leaf)
  }

  private func isComplete(_ template: Int, row: Int, in batch: borrowing DecodedBatch) -> Bool {
    for case .value(let value) in templates[template] {
      if case .null = batch.value(row: row, leaf: value.leaf) { return false }
    }
    return true
  }
}

extension DecodedBatch {
  /// Appends the text of a leaf that is no list to those of the batch.
  fileprivate mutating func appendText(row: Int, leaf: Int, kind: ColumnKind) {
    switch value(row: row, leaf: leaf) {
    case .text(let start, let count):
      for place in start..<(start &+ count) { text.append(text[place]) }
    case .number(let number): kind.append(number, to: &text)
    case .null, .list: break
    }
  }

  /// Cuts the last text off after so many bytes, or a few less where a character ends.
  fileprivate mutating func cutText(from start: Int, at limit: Int) {
    guard text.count &- start > limit else { return }
    var end = start &+ limit
    while end > start, text[end] & 0xC0 == 0x80 { end &-= 1 }
    text.removeLast(text.count &- end)
  }
}
