import CVectorMath
import Testing

@testable import Autodiff

@Suite struct BLASKernelsTests {
  @Test(
    arguments: [
      ("Prescott", 512, "SkylakeX"), ("Prescott", 256, "Haswell"), ("Nehalem", 256, "Haswell"),
      ("Prescott", 128, nil), ("Haswell", 256, nil), ("Haswell", 512, nil), ("Zen", 256, nil),
      ("SkylakeX", 512, nil), ("Cooperlake", 512, nil), ("SAPPHIRERAPIDS", 512, nil),
    ] as [(String, Int, String?)])
  func namesKernelsWithTheProcessorsVectors(chosen: String, bits: Int, expected: String?) {
    #expect(BLASKernels.fitting(chosen: chosen, vectorBits: bits) == expected)
  }

  @Test func vectorsHaveAWidth() { #expect([128, 256, 512].contains(vm_vector_bits())) }
}
