import FloatModel
import Testing

@Suite struct LatentMomentsTests {
  private func factor(_ covariance: [Double], width: Int) -> [Double]? {
    var moments = LatentMoments(width: width)
    moments.covariance = covariance
    return moments.factor()
  }

  @Test func factorsMultiplyBack() throws {
    let width = 5
    let matrix = [
      4.0, 2, 0, 1, 0, 2, 5, 1, 0, 0, 0, 1, 3, 0, 1, 1, 0, 0, 2, 0, 0, 0, 1, 0, 6,
    ]
    let lower = try #require(factor(matrix, width: width))
    for row in 0..<width {
      for column in 0..<width {
        let product = (0..<width).reduce(0) {
          $0 + lower[row * width + $1] * lower[column * width + $1]
        }
        #expect(abs(product - matrix[row * width + column]) < 1e-12)
        if column > row { #expect(lower[row * width + column] == 0) }
      }
    }
  }

  @Test func semiDefiniteCovariancesHaveFactors() throws {
    // Of rank one.
    let singular = try #require(factor([1, 2, 2, 4], width: 2))
    #expect(abs(singular[2] - 2) < 1e-4)
    #expect(abs(singular[3]) < 1e-2)
    #expect(factor([0, 0, 0, 0], width: 2) == [0, 0, 0, 0])
    #expect(factor([1, 2, 2, 1], width: 2) == nil)
  }
}
