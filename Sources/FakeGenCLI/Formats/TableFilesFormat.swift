import FakeGen

/// A file of CSV or TSV for each of a model's linked tables, as frames of one stream.
struct TableFilesFormat: RowFormat {
  /// How the rows of a table are written.
  enum Cells: Sendable {
    case csv(CSVFormat<ChosenCells>)
    case tsv(TSVFormat)
  }

  private let shapes: [TableShape]
  private let formats: [Cells]

  /// Creates the format.
  ///
  /// - Parameters:
  ///   - shapes: the tables.
  ///   - cells: how the rows of one are written, of whose columns all are selected.
  init(_ shapes: [TableShape], cells: (TableShape) -> Cells) {
    self.shapes = shapes
    formats = shapes.map(cells)
  }

  func appendStart(to bytes: inout [UInt8]) {
    for (file, format) in formats.enumerated() {
      TableFrame.append(file, to: &bytes) { bytes in
        switch format {
        case .csv(let csv): csv.appendStart(to: &bytes)
        case .tsv(let tsv): tsv.appendStart(to: &bytes)
        }
      }
    }
  }

  func appendRow(of generator: borrowing Generator, to bytes: inout [UInt8]) {
    for (file, shape) in shapes.enumerated() {
      TableFrame.append(file, to: &bytes) { bytes in
        if shape.parent == nil {
          append(generator, file, to: &bytes)
        } else {
          shape.forEachRow(of: generator) { append($0, file, to: &bytes) }
        }
      }
    }
  }

  private func append(_ row: borrowing some CellSource, _ file: Int, to bytes: inout [UInt8]) {
    switch formats[file] {
    case .csv(let csv): csv.appendCells(of: row, to: &bytes)
    case .tsv(let tsv): tsv.appendCells(of: row, to: &bytes)
    }
  }
}
