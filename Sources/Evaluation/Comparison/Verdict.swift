import Foundation

/// How good generated rows are, in a word.
public enum Grade: String, Codable, Hashable, Sendable {
  /// The trees tell the rows from held-out ones no better than real ones, or hardly.
  case nearlyIndistinguishable = "nearly indistinguishable"
  /// Told apart now and then.
  case good
  /// Told apart more often than not.
  case recognisable
  /// Told apart nearly always.
  case telltale = "tell-tale"
  /// There are too few rows to tell.
  case unknown

  /// Greatest area under the curve that is nearly indistinguishable whatever real rows have.
  public static let leastAUC = 0.55
  /// Real rows' area may be exceeded by so much.
  public static let tolerance = 0.03
  /// Greatest area under the curve that is good.
  public static let goodAUC = 0.65
  /// Greatest area under the curve that is not yet tell-tale.
  public static let recognisableAUC = 0.8

  /// Grades an area under the curve.
  ///
  /// - Parameters:
  ///   - auc: of generated against held-out rows; nil is unknown.
  ///   - real: of training against held-out rows.
  ///   - error: standard error of `auc`.
  init(auc: Double?, real: Double?, error: Double) {
    guard let auc else {
      self = .unknown
      return
    }
    let least = max(Self.leastAUC, (real ?? 0.5) + Self.tolerance, 0.5 + 2 * error)
    self =
      auc <= least
      ? .nearlyIndistinguishable
      : auc <= Self.goodAUC ? .good : auc <= Self.recognisableAUC ? .recognisable : .telltale
  }
}
