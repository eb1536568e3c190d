import Foundation

/// A place in a run: a step, or a fraction of the run's steps (`25%`).
enum Position: Hashable, Sendable {
  case step(Int)
  case fraction(Double)

  /// Returns the step it means in a run of `steps` steps.
  func step(of steps: Int) -> Double {
    switch self {
    case .step(let step): Double(step)
    case .fraction(let fraction): fraction * Double(steps)
    }
  }
}

extension Position: Codable {
  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let position = Position(text) else {
      throw DecodingError.dataCorruptedError(
        in: container,
        debugDescription: "expected a step (20000) or a share of the run (50%), found \"\(text)\"")
    }
    self = position
  }

  init?(_ text: String) {
    if text.hasSuffix("%"), let percent = Double(text.dropLast()), percent.isFinite, percent >= 0 {
      self = .fraction(percent / 100)
    } else if let step = Int(text.filter { $0 != "_" }), step >= 0 {
      self = .step(step)
    } else {
      return nil
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .step(let step): try container.encode(String(step))
    case .fraction(let fraction): try container.encode("\(fraction * 100)%")
    }
  }
}

/// A value that changes over a run: straight lines between points, constant before the first and
/// after the last.
struct Schedule: Codable, Hashable, Sendable {
  struct Point: Codable, Hashable, Sendable {
    var at: Position
    var value: Double
  }

  var points: [Point]

  init(_ points: [Point]) { self.points = points }

  init(from decoder: any Decoder) throws {
    points = try decoder.singleValueContainer().decode([Point].self)
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(points)
  }

  /// Returns the value at `step` of a run of `steps` steps.
  func value(at step: Int, of steps: Int) -> Double {
    guard let first = points.first else { return 0 }
    var (before, value) = (first.at.step(of: steps), first.value)
    for point in points {
      let position = point.at.step(of: steps)
      if Double(step) < position {
        guard position > before else { return point.value }
        return value + (point.value - value) * max(0, Double(step) - before) / (position - before)
      }
      (before, value) = (position, point.value)
    }
    return value
  }
}
