import Schema

/// What a person may say about a message beyond what its `.proto` file does.
public struct SchemaOptions: Hashable, Sendable {
  /// Name of the message, with or without its package; needed when the file has several.
  public var message: String?
  /// Column of a field, by the field's dotted path (`--column FIELD=COLUMN`).
  public var columns: [String: String]
  /// How a field is modelled, by the field's dotted path (`--field FIELD=HOW`).
  public var fields: [String: FieldOverride]
  /// Folders in which `protoc` looks for imported files, after the file's own.
  public var importPaths: [String]

  /// Creates options.
  ///
  /// - Parameters:
  ///   - message: name of the message; needed when the file has several.
  ///   - columns: column of a field, by the field's dotted path.
  ///   - fields: how a field is modelled, by the field's dotted path.
  ///   - importPaths: folders in which `protoc` looks for imported files, after the file's own.
  public init(
    message: String? = nil, columns: [String: String] = [:], fields: [String: FieldOverride] = [:],
    importPaths: [String] = []
  ) {
    self.message = message
    self.columns = columns
    self.fields = fields
    self.importPaths = importPaths
  }

  /// Adds the value of one `--column` option, `FIELD=COLUMN`.
  ///
  /// - Parameter text: `FIELD=COLUMN`.
  /// - Throws: `SchemaError.malformedOption`.
  public mutating func addColumn(_ text: String) throws(SchemaError) {
    let expected = "FIELD=COLUMN, as in home.city=CITY"
    let (field, column) = try Self.split(text, option: "--column", expected: expected)
    columns[field] = column
  }

  /// Adds the value of one `--field` option: `FIELD=digits`, `FIELD=scalar` or
  /// `FIELD=decimals:N`.
  ///
  /// - Parameter text: the option's value.
  /// - Throws: `SchemaError.malformedOption`.
  public mutating func addField(_ text: String) throws(SchemaError) {
    let expected =
      "FIELD=digits, FIELD=scalar or FIELD=decimals:N with N from "
      + "\(FieldOverride.decimalsRange.lowerBound) to \(FieldOverride.decimalsRange.upperBound)"
    let (field, how) = try Self.split(text, option: "--field", expected: expected)
    guard let override = FieldOverride(how) else {
      throw .malformedOption(option: "--field", text: text, expected: expected)
    }
    fields[field] = override
  }

  private static func split(
    _ text: String, option: String, expected: String
  ) throws(SchemaError) -> (field: String, value: String) {
    guard let equals = text.firstIndex(of: "=") else {
      throw .malformedOption(option: option, text: text, expected: expected)
    }
    let field = String(text[..<equals])
    let value = String(text[text.index(after: equals)...])
    guard !field.isEmpty, !value.isEmpty else {
      throw .malformedOption(option: option, text: text, expected: expected)
    }
    return (field, value)
  }
}

/// How one field is modelled, in place of the rule for its type.
public enum FieldOverride: Hashable, Sendable {
  /// An integer as its digits, modelled as text.
  case digits
  /// An integer as a scalar.
  case scalar
  /// A float or double printed with so many digits after the point.
  case decimals(Int)

  /// Digits after the point that a real may be printed with.
  public static let decimalsRange = 0...18

  /// Reads `digits`, `scalar` or `decimals:N`; nil for anything else.
  init?(_ text: String) {
    switch text {
    case "digits": self = .digits
    case "scalar": self = .scalar
    default:
      guard text.hasPrefix("decimals:"), let count = Int(text.dropFirst("decimals:".count)),
        Self.decimalsRange.contains(count)
      else { return nil }
      self = .decimals(count)
    }
  }
}
