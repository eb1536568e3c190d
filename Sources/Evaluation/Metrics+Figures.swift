import Foundation

extension Metrics {
  /// The figures that tables show, with their labels, in their order.
  public static var figures: [(label: String, value: (Metrics) -> Double?)] {
    [
      ("p mean", { $0.pValues?.mean }),
      ("p median", { $0.pValues?.median }),
      ("p standard deviation", { $0.pValues?.standardDeviation }),
      ("p distance to held-out (KS)", { $0.pValueDistance }),
      ("known zip", \.knownZip),
      ("known city", \.knownCity),
      ("known (city, zip)", \.knownCityZip),
      ("known street", \.knownStreet),
      ("known (city, street)", \.knownCityStreet),
      ("copies of training rows", \.copies),
      ("unique", \.unique),
      ("zip total variation", \.zipTotalVariation),
      ("city total variation", \.cityTotalVariation),
      ("km to the zip's centroid, median", \.zipKilometres),
      ("km to the zip's centroid, 90 %", \.zipKilometres90),
      ("column shapes", \.columnShapes),
      ("pair trends", \.pairTrends),
      ("nearest training row, median", \.nearestTraining),
      ("nearest held-out row, median", \.nearestHeldOut),
      ("nearer to a training row", \.nearerTraining),
      ("novelty", \.novelty),
      ("distinct streets per 10,000", \.distinctStreets),
      ("distinct zips per 10,000", \.distinctZips),
      ("street Levenshtein per character", \.streetLevenshtein),
      ("malformed text", \.malformed),
      ("told from held-out rows (AUC)", { $0.table?.auc }),
      ("column shapes, to held-out rows", { $0.table?.shape }),
      ("pairs, to held-out rows", { $0.table?.pair }),
      ("null rate, greatest difference", { $0.table?.nullDifference }),
      ("training rows among them", { $0.table?.copies }),
      ("very near a training row", { $0.table?.nearCopies }),
    ]
  }

  /// Returns a figure as text: counts have no use for decimals.
  public static func text(_ value: Double) -> String { String(format: format(value), value) }

  static func format(_ value: Double) -> String { value >= 100 ? "%.0f" : "%.3f" }
}
