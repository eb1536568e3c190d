import FakeGen

extension CalendarPart: Codable {}

extension CalendarPart {
  /// What kinds and descriptions call it.
  public var name: String {
    switch self {
    case .year: "year"
    case .quarter: "quarter"
    case .month: "month"
    case .day: "day"
    case .dayOfYear: "day_of_year"
    case .isoWeek: "iso_week"
    case .weekday: "weekday"
    case .dayOfWeek: "day_of_week"
    }
  }

  /// The part of a name; nil if there is none.
  public init?(name: String) {
    guard let part = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = part
  }
}
