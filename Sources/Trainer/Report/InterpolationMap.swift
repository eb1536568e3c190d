import Foundation

/// Interpolations on a map, training rows as the ground.
struct InterpolationMap {
  /// Places inside are drawn.
  private let latitudes: ClosedRange<Double>
  private let longitudes: ClosedRange<Double>
  private let ground: [[Double]]

  /// Creates the map of the training rows' places.
  ///
  /// - Parameter ground: places of training rows, latitude and longitude in degrees.
  /// - Returns: nil if they span no area.
  init?(ground: [[Double]]) {
    let places = ground.filter { place in
      place.count == 2 && place.allSatisfy { (-1000...1000).contains($0) }
    }
    guard let latitudes = Self.range(places.map { $0[0] }),
      let longitudes = Self.range(places.map { $0[1] })
    else { return nil }
    self.ground = places
    self.latitudes = latitudes
    self.longitudes = longitudes
  }

  /// Returns the range of values with a margin; nil if it is empty.
  private static func range(_ values: [Double]) -> ClosedRange<Double>? {
    guard let low = values.min(), let high = values.max(), high - low > 1e-9 else { return nil }
    let margin = 0.04 * (high - low)
    return low - margin...high + margin
  }

  private func shows(_ point: Interpolation.Point) -> Bool {
    guard let latitude = point.latitude, let longitude = point.longitude else { return false }
    return latitudes.contains(latitude) && longitudes.contains(longitude)
  }

  /// Points of an interpolation that lie outside of the map.
  func outside(_ interpolation: Interpolation) -> Int { interpolation.points.count { !shows($0) } }

  /// Draws the map with the interpolated rows.
  ///
  /// - Parameters:
  ///   - name: what the ground is called on the page.
  ///   - isFirst: whether this picture defines the ground; others of the same name refer to it.
  func picture(
    _ interpolation: Interpolation, label: String, name: String, isFirst: Bool, gnuplot: Gnuplot
  ) throws -> Picture {
    let middle = (latitudes.lowerBound + latitudes.upperBound) / 2 * Double.pi / 180
    let height = latitudes.upperBound - latitudes.lowerBound
    let width = (longitudes.upperBound - longitudes.lowerBound) * max(0.05, cos(middle))
    // The taller side has 640 pixels; the axes' labels need some 60 more.
    let scale = 640 / max(height, width)
    let points = interpolation.points.filter(shows)
    let ends = interpolation.ends.filter(shows)
    var script = Chart.head(width: Int(width * scale) + 70, height: Int(height * scale) + 60)
    script += """
      set lmargin at screen \(58 / (width * scale + 70))
      set rmargin at screen \(1 - 12 / (width * scale + 70))
      set tmargin at screen \(1 - 12 / (height * scale + 60))
      set bmargin at screen \(48 / (height * scale + 60))
      set xrange [\(longitudes.lowerBound):\(longitudes.upperBound)]
      set yrange [\(latitudes.lowerBound):\(latitudes.upperBound)]

      """
    script += Chart.block("ground", [ground.map { $0[1] }, ground.map { $0[0] }])
    script += Chart.block(
      "points",
      [
        points.map { $0.longitude ?? .nan }, points.map { $0.latitude ?? .nan },
        points.map { Double(Self.color($0.fraction)) },
      ])
    script += Chart.block(
      "ends",
      [
        ends.map { $0.longitude ?? .nan }, ends.map { $0.latitude ?? .nan },
        ends.map { Double(Self.color($0.fraction)) },
      ])
    var plots = ["$ground using 1:2 with dots lc rgb \"\(Picture.Ink.ground)\""]
    var hovers: [Int: [String]] = [:]
    if !points.isEmpty {
      plots.append("$points using 1:2:3 with points pt 7 ps 0.55 lc rgb variable")
      hovers[plots.count] = points.map { Self.text($0) }
    }
    if !ends.isEmpty {
      plots.append("$ends using 1:2 with points pt 7 ps 1.5 lc rgb \"\(Picture.Ink.text)\"")
      hovers[plots.count] = ends.map { "Training row: \($0.text)" }
      plots.append("$ends using 1:2:3 with points pt 7 ps 1.1 lc rgb variable")
      hovers[plots.count] = ends.map { "Training row: \($0.text)" }
    }
    script += "plot " + plots.joined(separator: ", ") + "\n"
    return try Picture(
      gnuplot.svg(script), label: label, hovers: hovers, sharedDots: (1, name, isFirst))
  }

  private static func text(_ point: Interpolation.Point) -> String {
    String(format: "%.1f %%: ", 100 * point.fraction) + point.text
  }

  /// Returns a colour from red through the rainbow to purple, 0xRRGGBB; bright enough on dark, dark
  /// enough on light.
  static func color(_ fraction: Double) -> Int {
    // Hue 0 ... 285 degrees, a little darker where the eye sees most: yellow to cyan.
    let hue = 285 * fraction
    let value = hue > 35 && hue < 200 ? 0.78 : 0.92
    func channel(_ n: Double) -> Int {
      let k = (n + hue / 60).truncatingRemainder(dividingBy: 6)
      return Int((255 * (value - value * 0.86 * max(0, min(k, 4 - k, 1)))).rounded())
    }
    return channel(5) << 16 | channel(3) << 8 | channel(1)
  }

  /// A CSS gradient of the colours.
  static var ramp: String {
    let stops = (0...10).map { String(format: "#%06x", color(Double($0) / 10)) }
    return "linear-gradient(to right, \(stops.joined(separator: ", ")))"
  }
}
