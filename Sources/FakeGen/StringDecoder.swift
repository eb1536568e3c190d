/// The StringLiteral's decoder, shared by all strings of a model (paper, App. B.1):
///
///     h = celu(dense(e)); repeat: sample a code from softmax(dense(h)); stop at code 0;
///     h = gru(x: embedding[code], h: h)
///
/// Code 0 ends a string, code 1 (any character outside the alphabet) is never sampled, code 2 + k is
/// character k of the alphabet.
package struct StringDecoder: Sendable, Hashable {
  /// Unicode scalar values of codes 2, 3, ...
  package let alphabet: [UInt32]
  /// Most characters that a string may have.
  package let maximumLength: Int
  /// `[inputs, n]` with CELU.
  package let input: Dense
  /// `[alphabet, 3n]`: sums of embedding[2 + k] W, the embedding and the cell's input weights
  /// multiplied when quantizing, so that a step needs no product for its input.
  package let characterSums: [Int16]
  package let cell: RecurrentCell
  /// `[n, codes]`, to logits.
  package let softmax: Dense
  /// UTF-8 of the alphabet; character k lies at `encodedStarts[k]..<encodedStarts[k + 1]`.
  private let encoded: [UInt8]
  private let encodedStarts: [Int]
  /// Per code, what it may be in a `.digits` string.
  private let digitKinds: [DigitString.Kind]

  /// - Precondition: `alphabet` holds Unicode scalar values.
  package init(
    alphabet: [UInt32], maximumLength: Int, input: Dense, characterSums: [Int16],
    cell: RecurrentCell, softmax: Dense
  ) {
    self.alphabet = alphabet
    self.maximumLength = maximumLength
    self.input = input
    self.characterSums = characterSums
    self.cell = cell
    self.softmax = softmax
    var encoded: [UInt8] = []
    var starts = [0]
    for value in alphabet {
      guard let scalar = Unicode.Scalar(value), let units = UTF8.encode(scalar) else {
        preconditionFailure("not a Unicode scalar value")
      }
      encoded.append(contentsOf: units)
      starts.append(encoded.count)
    }
    self.encoded = encoded
    encodedStarts = starts
    digitKinds = [.end, .other] + alphabet.map(DigitString.Kind.init)
  }

  package var codeCount: Int { alphabet.count + 2 }
  package var width: Int { cell.width }

  /// The state before the first character.
  package func start(
    _ e: UnsafePointer<Int16>, state: UnsafeMutablePointer<Int16>, tables: ActivationTables,
    scratch: borrowing Scratch
  ) {
    input.applyCELU(e, into: state, tables: tables, scratch: scratch)
  }

  /// The state after `code`, which is 2 or more.
  package func advance(
    _ state: UnsafeMutablePointer<Int16>, code: Int, tables: ActivationTables,
    scratch: borrowing Scratch
  ) {
    var scratch = copy scratch
    let rows = 3 * width
    let sums = scratch.takeWide(rows)
    let start = (code - 2) * rows
    characterSums.withUnsafeBufferPointer { characterSums in
      for row in 0..<rows { sums[row] = Int32(characterSums[start &+ row]) }
    }
    cell.step(inputSums: sums, state: state, tables: tables, scratch: scratch)
  }

  /// Decodes one string from `e` and appends its UTF-8 to `text`; with `digits` only the decimal
  /// form of an integer in that range.
  package func decode(
    _ e: UnsafePointer<Int16>, digits: ClosedRange<Int64>?, draws: RandomStream,
    tables: ActivationTables,
    scratch: borrowing Scratch, into text: inout [UInt8]
  ) {
    var draws = draws
    var scratch = copy scratch
    let state = scratch.takeNarrow(width)
    let logits = scratch.takeNarrow(codeCount)
    start(e, state: state, tables: tables, scratch: scratch)
    var number = digits.map { DigitString(range: $0, maximumLength: maximumLength) }
    for _ in 0..<maximumLength {
      softmax.apply(state, into: logits, scratch: scratch)
      let draw = draws.next()
      let code: Int
      if let soFar = number {
        code = sampledClass(logits: logits, count: codeCount, draw: draw, tables: tables) {
          soFar.allows(digitKinds[$0])
        }
        number?.append(digitKinds[code])
      } else {
        code = sampledClass(logits: logits, count: codeCount, draw: draw, tables: tables) {
          $0 != 1
        }
      }
      if code == 0 { return }
      append(code: code, to: &text)
      advance(state, code: code, tables: tables, scratch: scratch)
    }
  }

  private func append(code: Int, to text: inout [UInt8]) {
    text.append(contentsOf: encoded[encodedStarts[code - 2]..<encodedStarts[code - 1]])
  }

  package var scratchSize: ScratchSize {
    let step = ScratchSize(wide: 3 * width) + cell.scratchSize
    let dense = ScratchSize(wide: max(input.outputs, softmax.outputs))
    return ScratchSize(narrow: width + codeCount) + (step | dense)
  }

  package var parameterCount: Int {
    input.parameterCount + characterSums.count + cell.parameterCount + softmax.parameterCount
  }
}
