import CBoard
import FakeGen

/// Prints the first rows of seed 1 over the serial port, as CSV with the line of column names, or as
/// JSON Lines if there are lists, and on the debugger's console what they took.
@c(image_main)
public func imageMain() -> Int32 {
  let bytes = UnsafeRawBufferPointer(
    start: board_model(), count: board_model_size())
  let model: Model
  do {
    model = try Model(lasting: bytes)
  } catch {
    report(error.description)
    return 1
  }
  do {
    let options = FormatOptions(
      columns: model.columns, selected: Array(model.columns.indices), hasHeader: true)
    if model.columns.contains(where: { $0.kind.isList }) {
      try printRows(of: model, count: 10, in: JSONFormat(options, isArray: false))
    } else {
      try printRows(
        of: model, count: 10, in: CSVFormat(options, delimiter: .comma, cells: PlainCells()))
    }
  } catch {
    report(error.description)
    return 1
  }
  return 0
}

private func printRows(
  of model: Model, count: UInt64, in format: some RowFormat
) throws(GenerationError) {
  var generator = Generator(model: model, seed: 1)
  var text: [UInt8] = []
  text.reserveCapacity(1024)
  format.appendStart(to: &text)
  var ticks: UInt32 = 0
  var allocations = 0
  board_start_clock()
  for row in 0..<count {
    _ = board_take_ticks()
    try generator.select(row: row)
    format.appendRow(of: generator, to: &text)
    ticks += board_take_ticks()
    text.withUnsafeBufferPointer { board_send($0.baseAddress, $0.count) }
    text.removeAll(keepingCapacity: true)
    // The first row makes room for the rest.
    if row == 0 { allocations = board_allocation_count() }
  }
  allocations = board_allocation_count() - allocations
  report("instructions per row: \(ticks / UInt32(count) * UInt32(BOARD_INSTRUCTIONS_PER_TICK))")
  report("allocations after the first row: \(allocations)")
  report("arena: \(board_arena_peak()) of \(board_arena_size()) bytes used")
  report("stack: \(board_stack_peak()) of \(board_stack_size()) bytes used")
}

extension ColumnKind {
  fileprivate var isList: Bool { if case .list = self { true } else { false } }
}

private func report(_ line: String) {
  (line + "\n").withCString { board_report($0) }
}
