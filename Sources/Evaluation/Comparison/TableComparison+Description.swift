import Foundation

extension TableComparison: CustomStringConvertible {
  /// How good the rows are, in one line.
  public var verdict: String {
    var text = grade.rawValue
    switch grade {
    case .unknown:
      text =
        "too few rows to tell: \(min(rows.heldOut, rows.generated)) held-out or generated ones, "
        + "expected at least \(TwoSampleTest.leastRows); look at the rows"
    case .nearlyIndistinguishable:
      text += " from held-out rows" + auc
    case .good, .recognisable, .telltale:
      text += auc
      let names = tellTales.map { "'\(columns[$0].column.name)'" }
      if !names.isEmpty {
        text +=
          ": look at the column\(names.count == 1 ? "" : "s") \(names.joined(separator: ", "))"
      }
    }
    return recurrences.isEmpty ? text : text + "; but training rows come back, see the warnings"
  }

  private var auc: String {
    guard let auc = generated.auc else { return "" }
    let real = real.auc.map { String(format: ", real rows %.2f", $0) } ?? ""
    return String(format: " (AUC %.2f", auc) + real + "; 0.5 cannot be told apart)"
  }

  /// The columns that give the rows away most: of the trees' gain at least a tenth, and twice what
  /// an even share would be.
  public var tellTales: [Int] {
    let even = 1 / Double(max(1, columns.count))
    return columns.indices.filter { (columns[$0].importance ?? 0) >= max(0.1, min(0.5, 2 * even)) }
      .sorted {
        let (left, right) = (columns[$0].importance ?? 0, columns[$1].importance ?? 0)
        return left != right ? left > right : $0 < $1
      }.prefix(3).map(\.self)
  }

  /// The figures that a table shows, with their labels: of generated and of real rows.
  public var figures: [(label: String, generated: Double?, real: Double?)] {
    [
      ("told from held-out rows (AUC)", generated.auc, real.auc),
      ("column shapes, to held-out rows", generated.shape, real.shape),
      ("pairs, to held-out rows", generated.pair, real.pair),
      ("null rate, greatest difference", generated.nullDifference, real.nullDifference),
      ("training rows among them", privacy.copies.generated, privacy.copies.heldOut),
      ("very near a training row", privacy.nearCopies?.generated, privacy.nearCopies?.heldOut),
      (
        "nearer to a training row", privacy.nearerTraining?.generated,
        privacy.nearerTraining?.heldOut
      ),
    ]
  }

  /// A dozen lines of plain text for a terminal: verdict, figures, worst columns and pairs,
  /// warnings.
  public var description: String {
    var lines = ["rows are " + verdict]
    if grade == .unknown { lines[0] = verdict }
    var cells = [["", "generated", "real rows"]]
    for figure in figures where figure.generated != nil || figure.real != nil {
      cells.append([
        figure.label, Self.figure(figure.generated), Self.figure(figure.real),
      ])
    }
    for column in privacy.nearUnique.prefix(3) {
      cells.append([
        "training values in '\(columns[column.column].column.name)'",
        Self.figure(column.known.generated), Self.figure(column.known.heldOut),
      ])
    }
    let widths = (0..<3).map { place in cells.map { $0[place].count }.max() ?? 0 }
    lines += cells.map { row in
      row.enumerated().map { place, cell in
        let space = String(repeating: " ", count: widths[place] - cell.count)
        return place == 0 ? cell + space : "  " + space + cell
      }.joined()
    }
    let worst = worstColumns.prefix(3).map { index in
      "\(columns[index].column.name) \(Self.figure(columns[index].shape))"
    }
    if !worst.isEmpty { lines.append("worst columns: " + worst.joined(separator: ", ")) }
    let pairs = worstPairs.prefix(3).map { pair in
      "\(columns[pair.first].column.name) with \(columns[pair.second].column.name) "
        + Self.figure(pair.score)
    }
    if !pairs.isEmpty { lines.append("worst pairs: " + pairs.joined(separator: ", ")) }
    return (lines + warnings.map { "warning: \($0)" }).joined(separator: "\n")
  }

  private static func figure(_ value: Double?) -> String {
    value.map { String(format: "%.3f", $0) } ?? "-"
  }
}
