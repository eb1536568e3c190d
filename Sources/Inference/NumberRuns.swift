/// The numbers in texts such as `12 x 80 x 5 cm` or `10.0.3.117`.
enum NumberRuns {
  /// Forms of texts beside their numbers at most.
  private static let mostForms = 2

  /// The digits of one number in all texts of a form.
  private struct Run {
    var lengths: Set<Int> = []
    /// Whether some begin with a zero that tells nothing.
    var isPadded = false

    /// Whether the number of digits is as large as the number needs.
    var isMeasure: Bool { lengths.count > 1 && !isPadded }
    /// Whether they are those of a code: the prefix of a phone's number.
    var isCode: Bool { lengths.count > 1 && isPadded }
  }

  /// Whether texts are a few words around several numbers whose digits differ in number: measures, and
  /// no identifiers, whose digits one may choose place by place.
  ///
  /// - Parameter texts: in Unicode scalars.
  static func areMeasures(_ texts: [[Unicode.Scalar]]) -> Bool {
    var forms: [[Unicode.Scalar]: [Run]] = [:]
    for text in texts {
      var (form, numbers): ([Unicode.Scalar], [[Unicode.Scalar]]) = ([], [])
      var isInNumber = false
      for scalar in text {
        let isDigit = ("0"..."9").contains(scalar)
        if isDigit, isInNumber {
          numbers[numbers.count - 1].append(scalar)
        } else {
          form.append(isDigit ? "0" : scalar)
          if isDigit { numbers.append([scalar]) }
        }
        isInNumber = isDigit
      }
      var runs = forms[form] ?? numbers.map { _ in Run() }
      for (place, number) in numbers.enumerated() {
        runs[place].lengths.insert(number.count)
        if number.count > 1, number[0] == "0" { runs[place].isPadded = true }
      }
      forms[form] = runs
      if forms.count > mostForms { return false }
    }
    return forms.values.allSatisfy { runs in
      runs.count(where: \.isMeasure) >= 2 && !runs.contains(where: \.isCode)
    }
  }
}
