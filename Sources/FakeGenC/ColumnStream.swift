import CFakeGen
import FakeGen

/// What the `private_data` of a stream of columns is.
final class ColumnStream {
  /// What a callback returns after an error; `EIO` on every system.
  static let failure: Int32 = 5

  private let handle: Handle
  private let layout: ColumnLayout
  private let batch: Int
  private var first: UInt64
  private var rest: UInt64
  /// What the last error was; nil for none.
  private(set) var message: UnsafeMutablePointer<CChar>?

  /// Creates a stream of `count` rows from `first` on, in batches of `batch` rows.
  init(_ generator: Generator, first: UInt64, count: UInt64, batch: Int, _ layout: ColumnLayout) {
    handle = Handle(model: generator.model, seed: generator.seed)
    self.first = first
    rest = count
    self.batch = batch
    self.layout = layout
  }

  deinit { message?.deallocate() }

  /// Returns the next batch; nil after the last one.
  func next() throws(GenerationError) -> ArrowArray? {
    if rest == 0 { return nil }
    let count = Int(min(UInt64(batch), rest))
    let columns: ArrowArray
    do throws(GenerationError) {
      columns = try handle.columns(first: first, count: count, layout)
    } catch {
      message?.deallocate()
      message = terminated(error.description.utf8)
      throw error
    }
    first &+= UInt64(count)
    rest -= UInt64(count)
    return columns
  }

  func schema() -> ArrowSchema { ArrowSchema(handle.generator.model, layout) }

  static func of(_ stream: UnsafeMutablePointer<ArrowArrayStream>?) -> ColumnStream? {
    guard let stream, let data = stream.pointee.private_data else { return nil }
    return Unmanaged<ColumnStream>.fromOpaque(UnsafeRawPointer(data)).takeUnretainedValue()
  }
}

extension ArrowArrayStream {
  /// The interface's view of a stream, which it owns until its release.
  init(_ stream: ColumnStream) {
    self.init(
      get_schema: { stream, schema in
        guard let stream = ColumnStream.of(stream), let schema else { return ColumnStream.failure }
        schema.initialize(to: stream.schema())
        return 0
      },
      get_next: { stream, columns in
        guard let stream = ColumnStream.of(stream), let columns else { return ColumnStream.failure }
        do throws(GenerationError) {
          columns.initialize(to: try stream.next() ?? ArrowArray())
          return 0
        } catch {
          return ColumnStream.failure
        }
      },
      get_last_error: { stream in ColumnStream.of(stream)?.message.map { UnsafePointer($0) } },
      release: { stream in
        guard let stream, stream.pointee.release != nil else { return }
        stream.pointee.release = nil
        if let data = stream.pointee.private_data {
          Unmanaged<ColumnStream>.fromOpaque(UnsafeRawPointer(data)).release()
        }
      }, private_data: Unmanaged.passRetained(stream).toOpaque())
  }
}
