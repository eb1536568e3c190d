import Records
import Schema

/// What a person says about a table beyond its values.
public struct InferenceOptions: Hashable, Sendable {
  /// Words that are nothing in columns whose other values are numbers or moments.
  public static let standardNullWords = TableReading.standardNullWords

  /// Rows in which a text must occur to be a known value.
  public var minimumCount: Int
  /// Words that are nothing in any column; nil for the standard words, where they are.
  public var nullWords: [String]?
  /// Columns to leave out.
  public var exclude: [String]
  /// Columns that are keys.
  public var keys: [String]
  /// Kinds of columns, by name, in place of what would be found.
  public var kinds: [String: Kind]
  /// Columns that are no numbers, whatever they look like.
  public var texts: Set<String> = []
  /// Columns of which all values are known, however rare: those of a declared enumeration.
  var closed: Set<String> = []
  /// What a person says of the elements of lists, by the names of their columns.
  var elements: [String: DeclaredMessages] = [:]
  /// Keys of which each row has one at most, group by group; nil for as found.
  var alternatives: [[String]]?
  /// Most bins of a number.
  public var maximumBins: Int
  /// Most cells of a bin.
  public var maximumCells: Int
  /// Decides which rows are looked at where not all are.
  public var seed: UInt64

  /// Creates options; without arguments everything is found in the values.
  public init(
    minimumCount: Int = 5, nullWords: [String]? = nil, exclude: [String] = [], keys: [String] = [],
    kinds: [String: Kind] = [:], maximumBins: Int = 256, maximumCells: Int = 8, seed: UInt64 = 1
  ) {
    self.minimumCount = minimumCount
    self.nullWords = nullWords
    self.exclude = exclude
    self.keys = keys
    self.kinds = kinds
    self.maximumBins = maximumBins
    self.maximumCells = maximumCells
    self.seed = seed
  }

  /// Returns what is said of the elements of lists: kinds and columns whose names begin with the
  /// list's and a dot.
  ///
  /// - Parameter column: name of the lists' column.
  func ofElements(of column: String) -> InferenceOptions {
    let prefix = column + "."
    func own(_ names: [String]) -> [String] {
      names.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
    }
    var options = self
    options.exclude = own(exclude)
    options.keys = own(keys)
    options.kinds = [:]
    for (name, kind) in kinds where name.hasPrefix(prefix) {
      options.kinds[String(name.dropFirst(prefix.count))] = kind
    }
    if case .list(let kind?, _) = kinds[column] { options.kinds[RawElements.valueName] = kind }
    options.texts = []
    options.closed = []
    options.elements = [:]
    options.alternatives = nil
    return options
  }

  /// Adds the value of one `--kind` option, `COLUMN=KIND`.
  ///
  /// - Parameters:
  ///   - text: `COLUMN=KIND`; of several equals signs the first after which a kind stands counts.
  /// - Throws: `InferenceError.malformedOption`, or `.malformedKind` for a text without a column.
  public mutating func addKind(_ text: String) throws(InferenceError) {
    var failure: InferenceError?
    for equals in text.indices where text[equals] == "=" && equals > text.startIndex {
      do {
        kinds[String(text[..<equals])] = try Kind(String(text[text.index(after: equals)...]))
        return
      } catch {
        guard case .malformedKind(let kind, let reason) = error else { throw error }
        failure =
          failure
          ?? .malformedOption(column: String(text[..<equals]), text: kind, reason: reason)
      }
    }
    throw failure
      ?? .malformedKind(
        text: text, reason: "--kind expects COLUMN=KIND, as in price=number decimals:2")
  }
}
