import FakeGen

/// A model's rows for a page: makes them as text, in memory that the page reads.
final class Session {
  /// Nil if the model was refused.
  private var model: Model?
  /// What was made last: rows, or why there are none; at first, who owns the model's training data.
  /// UTF-8.
  private(set) var text: [UInt8] = []

  init(model bytes: [UInt8]) {
    do {
      let model = try Model(bytes: bytes)
      text.append(model.information.attribution)
      self.model = model
    } catch {
      text.append(error.description)
    }
  }

  var isReady: Bool { model != nil }

  /// Makes rows `start ..< start + count`, in CSV with the line of column names or as JSON Lines.
  /// False if the text says why it could not.
  func makeRows(seed: UInt64, start: UInt64, count: UInt64, isJSON: Bool) -> Bool {
    guard let model else { return false }
    let options = FormatOptions(
      columns: model.columns, selected: Array(model.columns.indices), hasHeader: true)
    let batchSize = model.batchSize(limit: Int(max(1, min(count, 128))))
    var generator = Generator(model: model, seed: seed, batchSize: batchSize)
    do throws(GenerationError) {
      if isJSON {
        try append(start, count, of: &generator, in: JSONFormat(options, isArray: false))
      } else {
        try append(
          start, count, of: &generator,
          in: CSVFormat(options, delimiter: .comma, cells: PlainCells()))
      }
      return true
    } catch {
      text = []
      text.append(error.description)
      return false
    }
  }

  private func append(
    _ start: UInt64, _ count: UInt64, of generator: inout Generator, in format: some RowFormat
  ) throws(GenerationError) {
    text.removeAll(keepingCapacity: true)
    format.appendStart(to: &text)
    for ordinal in 0..<count {
      let row = start &+ ordinal
      format.appendSeparator(before: ordinal, to: &text)
      if !generator.isReady(row) {
        // The rows that come, none of them behind the last number.
        let following = min(UInt64(generator.batchSize), count - ordinal) - 1
        generator.prepare(from: row, count: Int(min(following, .max - row)) + 1)
      }
      try generator.select(row: row)
      format.appendRow(of: generator, to: &text)
    }
    format.appendEnd(count: count, to: &text)
  }

  /// The session that `create` gave out.
  static func at(_ handle: UnsafeMutableRawPointer) -> Session {
    Unmanaged<Session>.fromOpaque(handle).takeUnretainedValue()
  }
}

/// Memory that the page fills or reads; `fakegen_free` takes it back.
@c(fakegen_allocate)
public func allocate(count: Int) -> UnsafeMutablePointer<UInt8> {
  .allocate(capacity: count)
}

/// Frees memory from `fakegen_allocate`.
@c(fakegen_free)
public func free(bytes: UnsafeMutablePointer<UInt8>) {
  bytes.deallocate()
}

/// A session with the model whose file's bytes are `bytes`; it keeps a copy of them.
@c(fakegen_session_create)
public func create(bytes: UnsafePointer<UInt8>, count: Int) -> UnsafeMutableRawPointer {
  let session = Session(model: Array(UnsafeBufferPointer(start: bytes, count: count)))
  return Unmanaged.passRetained(session).toOpaque()
}

/// 1 if the model was taken, and the session's text names the owner of its training data; 0 if it was
/// refused, and the text says why.
@c(fakegen_session_is_ready)
public func isReady(session: UnsafeMutableRawPointer) -> Int32 {
  Session.at(session).isReady ? 1 : 0
}

/// Makes `count` rows from number `start`: as JSON Lines if `isJSON` is not 0, else as CSV with the
/// line of column names. 1 if the session's text holds them, 0 if it says why it does not.
@c(fakegen_session_make_rows)
public func makeRows(
  session: UnsafeMutableRawPointer, seed: UInt64, start: UInt64, count: UInt64, isJSON: Int32
) -> Int32 {
  let isMade = Session.at(session).makeRows(
    seed: seed, start: start, count: count, isJSON: isJSON != 0)
  return isMade ? 1 : 0
}

/// Number of bytes of the session's text.
@c(fakegen_session_text_size)
public func textSize(session: UnsafeMutableRawPointer) -> Int {
  Session.at(session).text.count
}

/// Copies the session's text to `destination`, which has room for it.
@c(fakegen_session_copy_text)
public func copyText(session: UnsafeMutableRawPointer, destination: UnsafeMutablePointer<UInt8>) {
  let text = Session.at(session).text
  destination.update(from: text, count: text.count)
}

/// Ends the session and frees its memory.
@c(fakegen_session_destroy)
public func destroy(session: UnsafeMutableRawPointer) {
  Unmanaged<Session>.fromOpaque(session).release()
}
