import Records
import Testing

@testable import Inference

@Suite struct ElementOrderTests {
  /// What tells most comes first, then what is known best of what is there.
  @Test func byInformation() {
    let center = (0..<2_000).map { Int32($0 * 7_919 % 16) }
    let near = center.map { $0 / 2 }
    let noise = (0..<2_000).map { Int32($0 / 125) }
    var random = SeededDraws(seed: 1)
    let far = center.map { random.below(3) == 0 ? Int32(random.below(16)) : $0 }
    #expect(ElementOrder.byInformation([noise, near, far, center]) == [3, 1, 2, 0])
  }

  /// A column that determines another comes before it, whatever tells more.
  @Test func determinedColumnsComeLater() {
    let fine = (0..<4_000).map { Int32($0 % 40) }
    let coarse = fine.map { $0 / 8 }
    let like = coarse.enumerated().map { $0.offset % 10 == 0 ? ($0.element + 1) % 5 : $0.element }
    let order = ElementOrder.byInformation([coarse, like, fine])
    let places = (order.firstIndex(of: 2) ?? 9, order.firstIndex(of: 0) ?? 0)
    #expect(places.0 < places.1)
  }

  @Test func manyElementsKeepTheirOrder() {
    let codes = (0..<151).map { element in (0..<10).map { Int32(($0 + element) % 3) } }
    #expect(ElementOrder.byInformation(codes) == Array(0..<151))
    #expect(ElementOrder.byInformation([]) == [])
    #expect(ElementOrder.byInformation([[0, 1]]) == [0])
  }
}
