import FakeGen
import Foundation
import Testing

@testable import Quantize

/// The bounds that docs/FixedPoint.md states, over every input.
@Suite struct TableTests {
  let tables = ActivationTables.ofRealFunctions()

  @Test func sigmoidOverEveryInput() {
    var worst = 0.0
    for x in Int16.min...Int16.max {
      let real = 1 / (1 + exp(-Double(x) / 2048))
      worst = max(worst, abs(Double(tables.sigmoid(x)) / 32768 - real))
    }
    #expect(worst < 4.3e-5)
    #expect(worst > 1e-5)
  }

  @Test func cappedCELUOverEveryInput() {
    var worst = 0.0
    for x in Int16.min...Int16.max {
      let value = Double(x) / 2048
      let real = min(value > 0 ? value : 3 * (exp(value / 3) - 1), 6)
      worst = max(worst, abs(Double(tables.cappedCELU(x)) / 4096 - real))
    }
    #expect(worst < 2.9e-4)
  }

  @Test(arguments: 9...12) func celuOverEveryInput(fractionBits: Int) {
    let inputUnit = exp2(-Double(fractionBits - 1))
    let outputUnit = exp2(-Double(fractionBits))
    let greatest = 32767 * outputUnit
    var worst = 0.0
    for x in Int16.min...Int16.max {
      // The table ends at -16, which the coarser formats go beyond.
      let value = max(Double(x) * inputUnit, -16)
      let real = min(value > 0 ? value : 3 * (exp(value / 3) - 1), greatest)
      let fixed = Double(tables.celu(x, fractionBits: fractionBits)) * outputUnit
      worst = max(worst, abs(fixed - real))
    }
    #expect(worst < 2.9e-4 + (fractionBits < 12 ? outputUnit / 2 : 0))
  }

  @Test func exponentialOverEveryInput() {
    var worst = 0.0
    for d in 0...UInt32(UInt16.max) {
      let value = Double(tables.exponential(d)) * 0x1p-24
      worst = max(worst, abs(value - exp(-Double(d) / 512)))
      if d < 9 << 9 {
        #expect(abs(value / exp(-Double(d) / 512) - 1) < 5e-4)
      }
    }
    #expect(worst < 3.1e-5)
  }

  @Test func tablesAreMonotone() {
    for x in Int16.min..<Int16.max {
      #expect(tables.sigmoid(x) <= tables.sigmoid(x + 1))
      #expect(tables.cappedCELU(x) <= tables.cappedCELU(x + 1))
    }
  }
}
