import Foundation

extension TableComparison {
  /// Fewer training rows than this are learned by heart easily.
  public static let fewRows = 500
  /// Seen more often than this, rows are learned by heart easily.
  public static let manyEpochs = 200.0

  /// Columns that one warning names at most.
  private static let namedColumns = 4

  /// What comes back of the training rows more than chance brings it, and what makes that likely;
  /// each a sentence. The thresholds are stated in docs/Metrics.md.
  public var warnings: [String] { recurrences + notes + causes }

  /// What looks as if training rows came back, and why it is no sign of that; each a sentence.
  private var notes: [String] {
    var notes: [String] = []
    if privacy.copiesHoldLittle, hasManyCopies {
      notes.append(
        "\(Self.percent(privacy.copies.generated)) of the generated rows are training rows that hold "
          + "little, which are not kept back")
    }
    if let near = privacy.nearCopies, isNear(near), !privacy.panel.isEmpty {
      let names = privacy.panel.map { "'\(columns[$0].column.name)'" }
      notes.append(
        "each combination of \(names.joined(separator: ", ")) is in one row, so that no held-out row "
          + "has a training row's, as generated rows may: that \(Self.percent(near.generated)) of "
          + "them are very near a training row\(Self.beside(near.heldOut)) is no sign of rows that "
          + "come back")
    }
    return notes
  }

  private var hasManyCopies: Bool {
    privacy.copies.generated * Double(privacy.generatedRows) >= 3
      && privacy.copies.generated > 2 * (privacy.copies.heldOut ?? 0) + 0.005
  }

  /// Whether so many rows are very near a training row that it is no chance.
  private func isNear(_ near: PrivacyFigures.Pair) -> Bool {
    guard let real = near.heldOut else { return false }
    let rows = Double(min(privacy.heldOutRows, privacy.probes))
    let error = (real * (1 - real) / max(1, rows)).squareRoot()
    return near.generated > 2 * real + max(0.02, 2 * error)
  }

  /// What comes back more than chance brings it, each a sentence.
  public var recurrences: [String] {
    var warnings: [String] = []
    if hasManyCopies, !privacy.copiesHoldLittle {
      warnings.append(
        "\(Self.percent(privacy.copies.generated)) of the generated rows are training rows, keys "
          + "aside" + Self.beside(privacy.copies.heldOut))
    }
    if let near = privacy.nearCopies, isNear(near), privacy.panel.isEmpty {
      warnings.append(
        "\(Self.percent(near.generated)) of the generated rows are nearer to a training row "
          + "than held-out rows are but for a few" + Self.beside(near.heldOut))
    }
    if let nearer = privacy.nearerTraining {
      let rows = min(privacy.generatedRows, privacy.heldOutRows, privacy.probes)
      if nearer.generated > 0.55 + (1 / Double(max(1, rows))).squareRoot() {
        warnings.append(
          "\(Self.percent(nearer.generated)) of the generated rows are nearer to a training row "
            + "than to a held-out one" + Self.beside(nearer.heldOut))
      }
    }
    let known = privacy.nearUnique.filter {
      $0.known.generated > 2 * max($0.known.heldOut ?? 0, $0.density) + 0.05
    }
    func share(_ column: PrivacyFigures.NearUnique) -> String {
      "'\(columns[column.column].column.name)' "
        + Self.percent(column.known.generated) + Self.beside(column.known.heldOut)
    }
    for (kind, advice, members) in [
      (
        "columns of texts", "; exclude them or make them keys",
        known.filter { !columns[$0.column].column.kind.isNumber }
      ),
      ("numbers", "", known.filter { columns[$0.column].column.kind.isNumber }),
    ] where !members.isEmpty {
      let names = members.prefix(Self.namedColumns).map(share).joined(separator: ", ")
      let others = members.count - Self.namedColumns
      warnings.append(
        "generated values of nearly distinct \(kind) are training rows': \(names)"
          + (others > 0 ? " and \(others) more" : "") + advice)
    }
    return warnings
  }

  /// What makes it likely that rows come back.
  private var causes: [String] {
    var warnings: [String] = []
    if privacy.trainingRows < Self.fewRows {
      warnings.append(
        "\(privacy.trainingRows) training rows are few; a model learns fewer than "
          + "\(Self.fewRows) by heart easily")
    }
    if let epochs = privacy.epochs, epochs > Self.manyEpochs {
      warnings.append(
        "training saw each row \(Int(min(epochs, 1e15).rounded())) times; more than "
          + "\(Int(Self.manyEpochs)) times makes it likely that rows come back")
    }
    return warnings
  }

  private static func beside(_ real: Double?) -> String {
    real.map { " (of the held-out rows \(percent($0)))" } ?? ""
  }

  /// A share in percent.
  public static func percent(_ share: Double) -> String {
    let value = 100 * share
    return String(format: value == 0 || value >= 9.95 ? "%.0f %%" : "%.1f %%", value)
  }
}
