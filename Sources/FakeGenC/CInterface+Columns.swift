// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CFakeGen
import FakeGen

/// Describes the batches of columns.
@c @implementation
public func fakegen_schema(
  _ generator: OpaquePointer?, _ layout: fakegen_layout,
  _ schema: UnsafeMutablePointer<ArrowSchema>?
) -> fakegen_status {
  guard let schema else { return badArgument }
  schema.initialize(to: ArrowSchema())
  guard let handle = Handle.of(generator), let layout = ColumnLayout(layout) else {
    return badArgument
  }
  schema.initialize(to: ArrowSchema(handle.generator.model, layout))
  return fakegen_status(FAKEGEN_OK)
}

/// Makes rows as columns.
@c @implementation
public func fakegen_columns(
  _ generator: OpaquePointer?, _ first: UInt64, _ count: Int, _ layout: fakegen_layout,
  _ columns: UnsafeMutablePointer<ArrowArray>?
) -> fakegen_status {
  guard let columns else { return badArgument }
  columns.initialize(to: ArrowArray())
  guard let handle = Handle.of(generator), let layout = ColumnLayout(layout),
    (0...Int(FAKEGEN_BATCH_ROWS)).contains(count), areRows(first, UInt64(count))
  else { return badArgument }
  do throws(GenerationError) {
    columns.initialize(to: try handle.columns(first: first, count: count, layout))
    return fakegen_status(FAKEGEN_OK)
  } catch {
    return fakegen_status(FAKEGEN_ROW_EXCLUDED)
  }
}

/// Makes a stream of batches of columns.
@c @implementation
public func fakegen_stream(
  _ generator: OpaquePointer?, _ first: UInt64, _ count: UInt64, _ batch: Int,
  _ layout: fakegen_layout, _ stream: UnsafeMutablePointer<ArrowArrayStream>?
) -> fakegen_status {
  guard let stream else { return badArgument }
  stream.initialize(to: ArrowArrayStream())
  guard let handle = Handle.of(generator), let layout = ColumnLayout(layout),
    (1...Int(FAKEGEN_BATCH_ROWS)).contains(batch), areRows(first, count)
  else { return badArgument }
  stream.initialize(
    to: ArrowArrayStream(
      ColumnStream(handle.generator, first: first, count: count, batch: batch, layout)))
  return fakegen_status(FAKEGEN_OK)
}

/// Whether no number of `count` rows from `first` on is over 2^64 - 1.
private func areRows(_ first: UInt64, _ count: UInt64) -> Bool {
  count == 0 || count - 1 <= UInt64.max - first
}
