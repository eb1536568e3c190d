import Testing

@testable import Trainer

/// The map that interpolations are drawn on (paper, App. D).
@Suite struct InterpolationMapTests {
  /// Degrees of 0xRRGGBB on the colour wheel.
  private func hue(_ color: Int) -> Double {
    let (red, green, blue) = (
      Double(color >> 16 & 255), Double(color >> 8 & 255), Double(color & 255)
    )
    let largest = max(red, green, blue)
    let spread = largest - min(red, green, blue)
    let sector =
      largest == red
      ? (green - blue) / spread
      : largest == green ? 2 + (blue - red) / spread : 4 + (red - green) / spread
    return 60 * (sector < 0 ? sector + 6 : sector)
  }

  /// From red at the first row through the rainbow to purple at the second.
  @Test func colours() {
    let hues = (0...20).map { hue(InterpolationMap.color(Double($0) / 20)) }
    #expect(hues[0] < 1)
    #expect((270...300).contains(hues[20]))
    #expect(zip(hues, hues.dropFirst()).allSatisfy { $0 < $1 })
  }

  /// The map shows the ground with a margin; a row without coordinates is nowhere on it.
  @Test func rowsBeyondTheMarginAreOutside() throws {
    let map = try #require(InterpolationMap(ground: [[43, -73], [44, -72], [43.5, -71]]))
    let places: [(Double?, Double?)] = [
      (43.5, -72), (44.03, -72), (43.5, -73.07), (44.05, -72), (42.95, -72), (43.5, -73.09),
      (43.5, -70.91), (nil, nil),
    ]
    let points = places.map {
      Interpolation.Point(fraction: 0, latitude: $0.0, longitude: $0.1, text: "")
    }
    #expect(map.outside(Interpolation(ends: [], points: points)) == 5)
    #expect(InterpolationMap(ground: [[43, -72], [43, -71]]) == nil)
    #expect(InterpolationMap(ground: []) == nil)
  }
}
