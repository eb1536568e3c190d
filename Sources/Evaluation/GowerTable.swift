/// Rows between which there is Gower's distance (1971): the mean over the columns of 0 or 1 for
/// values that are equal or not, and for numbers of their difference, at most 1. A number that one
/// row lacks is as far as can be, one that both lack the same.
struct GowerTable: Sendable {
  /// Number of rows.
  var count = 0
  /// `[rows, categoryCount]`; -1 differs from everything but another -1.
  var categories: [Int32] = []
  /// `[rows, numberCount]`, scaled so that a difference of 1 is as far as can be; NaN where
  /// missing.
  var numbers: [Float] = []
  /// Categories of a row.
  let categoryCount: Int
  /// Numbers of a row.
  let numberCount: Int

  init(categoryCount: Int, numberCount: Int) {
    self.categoryCount = categoryCount
    self.numberCount = numberCount
  }

  /// Returns the distance of a row to the nearest row of another table of the same columns, of
  /// which there is at least one; infinite if there is no row.
  ///
  /// - Parameter except: a row of the other table that does not count.
  func nearest(_ row: Int, in table: GowerTable, except: Int? = nil) -> Double {
    let (categoryCount, numberCount) = (self.categoryCount, self.numberCount)
    var least = Float.infinity
    categories.withUnsafeBufferPointer { own in
      numbers.withUnsafeBufferPointer { ownNumbers in
        table.categories.withUnsafeBufferPointer { others in
          table.numbers.withUnsafeBufferPointer { otherNumbers in
            for other in 0..<table.count where other != except {
              var distance: Float = 0
              for i in 0..<categoryCount
              where own[row * categoryCount + i] != others[other * categoryCount + i] {
                distance += 1
              }
              guard distance < least else { continue }
              for i in 0..<numberCount {
                let difference = abs(
                  ownNumbers[row * numberCount + i] - otherNumbers[other * numberCount + i])
                if difference <= 1 {
                  distance += difference
                } else if !(ownNumbers[row * numberCount + i].isNaN
                  && otherNumbers[other * numberCount + i].isNaN)
                {
                  distance += 1
                }
              }
              least = min(least, distance)
            }
          }
        }
      }
    }
    return Double(least) / Double(categoryCount + numberCount)
  }
}
