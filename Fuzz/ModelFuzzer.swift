import FakeGen

/// Loads what the fuzzer invents as a model file, and makes rows from whatever loads, which every level
/// of this machine's kernels must make alike.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  var bytes = Array(UnsafeBufferPointer(start: start, count: count))
  guard let model = load(&bytes) else { return 0 }
  let expected = rows(of: model, seed: UInt64(count), isBatched: false)
  for level in KernelLevel.allCases where level != .reference && level.isSupported {
    guard let model = try? Model(bytes: bytes, kernels: level) else {
      preconditionFailure("a level does not load what the reference loads")
    }
    precondition(rows(of: model, seed: UInt64(count), isBatched: true) == expected, level.name)
  }
  return 0
}

/// The text of all fields of some rows: one by one, or in batches that are large enough for a tree of
/// their first values, which later ones meet.
private func rows(of model: Model, seed: UInt64, isBatched: Bool) -> [UInt8] {
  var generator = Generator(model: model, seed: seed, batchSize: isBatched ? 16 : 1)
  var text: [UInt8] = []
  for row in [0, 9, 16, 20, 3, UInt64.max] {
    switch row {
    case 0 where isBatched: generator.prepare(from: 0, count: 16)
    case 16 where isBatched: generator.prepare(from: 16, count: 7)
    case 3 where isBatched: generator.prepare(from: 0, count: 16)
    default: break
    }
    do {
      try generator.select(row: row)
    } catch {
      precondition(!error.description.isEmpty)
      continue
    }
    for column in model.columns.indices {
      // Every column's value as it is and as text.
      let field = generator.field(column)
      generator.append(column, to: &text)
      precondition((field == .null) == generator.isNull(column))
      generator.appendSpelled(column, to: &text)
      text.append(0)
    }
  }
  return text
}

/// The model in `bytes`, once its size, architecture hash and checksum are made to fit: no fuzzer
/// guesses these, and without them nothing behind them would be tried.
private func load(_ bytes: inout [UInt8]) -> Model? {
  repairFrame(&bytes)
  do {
    return try Model(bytes: bytes, kernels: .reference)
  } catch .wrongArchitecture(_, let found) {
    write(found, to: &bytes, at: ModelFormat.headerSize - 4)
    repairFrame(&bytes)
    return try? Model(bytes: bytes, kernels: .reference)
  } catch {
    // Its words must not fail either.
    precondition(!error.description.isEmpty)
    return nil
  }
}

private func repairFrame(_ bytes: inout [UInt8]) {
  let end = bytes.count - ModelFormat.checksumSize
  guard end >= ModelFormat.headerSize else { return }
  write(UInt64(bytes.count), to: &bytes, at: ModelFormat.headerSize - 12)
  write(CRC32.checksum(of: Array(bytes[..<end])), to: &bytes, at: end)
}

private func write<Number: FixedWidthInteger>(
  _ number: Number, to bytes: inout [UInt8], at offset: Int
) {
  for index in 0..<MemoryLayout<Number>.size {
    bytes[offset + index] = UInt8(truncatingIfNeeded: number >> Number(8 * index))
  }
}
