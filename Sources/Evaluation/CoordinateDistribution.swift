@preconcurrency import CGSL
import Foundation

/// A place in degrees.
struct Coordinates: Hashable, Sendable {
  var latitude: Double
  var longitude: Double

  /// Returns the distance along the great circle of a sphere of 6371 km (haversine formula).
  func kilometres(to other: Coordinates) -> Double {
    let radians = Double.pi / 180
    let north = sin((other.latitude - latitude) * radians / 2)
    let east = sin((other.longitude - longitude) * radians / 2)
    let square =
      north * north + cos(latitude * radians) * cos(other.latitude * radians) * east * east
    return 2 * 6371 * asin(min(1, square.squareRoot()))
  }
}

/// The bivariate normal distribution of the coordinates of one zip (paper, section 2.2).
struct CoordinateDistribution: Sendable {
  /// A zip with fewer training rows has no distribution: two points always lie on a line.
  static let minimumRows = 3
  /// Degrees, about 0.1 m: the last of the six decimals that coordinates are written with. A zip
  /// whose rows are closer together than this in some direction is judged by its rounding errors
  /// alone, so it has no distribution either.
  static let minimumDeviation = 1e-6

  let mean: Coordinates
  /// Lower Cholesky factor of the covariance, [2, 2], row major. The diagonal holds the standard
  /// deviation of the latitude, and that of the longitude once the latitude is known, in degrees.
  let choleskyFactor: [Double]

  /// Estimates mean and covariance (divided by n - 1) from the places of one zip.
  ///
  /// Nil if there are fewer than `minimumRows`, or if either diagonal element of the Cholesky
  /// factor is below `minimumDeviation`: all at one place or on one line.
  init?(places: [Coordinates]) {
    guard places.count >= Self.minimumRows else { return nil }
    let latitudes = places.map(\.latitude)
    let longitudes = places.map(\.longitude)
    let count = places.count
    mean = Coordinates(
      latitude: gsl_stats_mean(latitudes, 1, count),
      longitude: gsl_stats_mean(longitudes, 1, count))
    let covariance = gsl_stats_covariance_m(
      latitudes, 1, longitudes, 1, count, mean.latitude, mean.longitude)
    var factor = [
      gsl_stats_variance_m(latitudes, 1, count, mean.latitude), covariance,
      covariance, gsl_stats_variance_m(longitudes, 1, count, mean.longitude),
    ]
    // GSL's default handler aborts the process; the return codes say the same.
    gsl_set_error_handler_off()
    let status = factor.withUnsafeMutableBufferPointer { buffer in
      var matrix = gsl_matrix_view_array(buffer.baseAddress, 2, 2)
      return gsl_linalg_cholesky_decomp1(&matrix.matrix)
    }
    guard status == GSL_SUCCESS, factor[0] >= Self.minimumDeviation,
      factor[3] >= Self.minimumDeviation
    else { return nil }
    choleskyFactor = factor
  }

  /// Returns the probability, 0...1, that a draw from the distribution is less likely than `place`:
  /// the upper tail of the chi-squared distribution with two degrees of freedom at the squared
  /// Mahalanobis distance. 0 for a place that is not finite.
  func pValue(of place: Coordinates) -> Double {
    let difference = [place.latitude - mean.latitude, place.longitude - mean.longitude]
    var solution = difference
    gsl_set_error_handler_off()
    let status = choleskyFactor.withUnsafeBufferPointer { factor in
      solution.withUnsafeMutableBufferPointer { buffer in
        var matrix = gsl_matrix_const_view_array(factor.baseAddress, 2, 2)
        var vector = gsl_vector_view_array(buffer.baseAddress, 2)
        return gsl_linalg_cholesky_svx(&matrix.matrix, &vector.vector)
      }
    }
    let squaredDistance = difference[0] * solution[0] + difference[1] * solution[1]
    guard status == GSL_SUCCESS, squaredDistance.isFinite else { return 0 }
    return gsl_cdf_chisq_Q(squaredDistance, 2)
  }
}
