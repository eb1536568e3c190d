import CVectorMath
import TestSupport
import Testing

@testable import Autodiff

/// The kernels that OpenBLAS, asked for them, says it has chosen, in each start of a program.
@Suite struct BLASKernelsTests {
  private func chosen(by program: String, _ environment: [String]) throws -> [String] {
    let result = try runProcess(
      "/usr/bin/env",
      environment + ["OPENBLAS_VERBOSE=2", builtProgram(program), "--version"])
    #expect(result.status == 0 && !result.output.isEmpty)
    return result.error.split(separator: "\n").filter { $0.hasPrefix("Core: ") }
      .map { String($0.dropFirst(6)) }
  }

  @Test func theProgramRunsWithKernelsThatFitTheProcessor() throws {
    let cores = try chosen(by: "trainer", ["-u", BLASKernels.variable])
    let last = try #require(cores.last)
    #expect(BLASKernels.fitting(chosen: last, vectorBits: Int(vm_vector_bits())) == nil)
    #expect(cores.count <= 2)
  }

  @Test func whatTheEnvironmentAsksForStays() throws {
    let cores = try chosen(by: "trainer", ["\(BLASKernels.variable)=Prescott"])
    #expect(cores == ["Prescott"])
  }
}
