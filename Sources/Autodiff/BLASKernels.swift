import COpenBLAS
import CVectorMath
import Foundation

/// Which of its kernels OpenBLAS runs.
public enum BLASKernels {
  /// Starts the program anew in its own place, if OpenBLAS does not know the processor and has
  /// chosen kernels without AVX2 though it has AVX2: with those of the nearest that it knows.
  ///
  /// OpenBLAS 0.3.21, Debian 12's, does so on Intel's processors from 2023 on, at a fifth of their
  /// speed. It chooses when it is loaded, and can be told by the environment alone. A value of
  /// OPENBLAS_CORETYPE that is there is left as it is. Call it before anything else; it returns if
  /// there is nothing to do.
  public static func restartIfUnfit() {
    #if os(Linux)
      guard getenv(variable) == nil,
        let core = fitting(
          chosen: String(cString: openblas_get_corename()), vectorBits: Int(vm_vector_bits())),
        // Its own path, not the link's, which would be the process's name.
        let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
      else { return }
      setenv(variable, core, 1)
      execv(program, CommandLine.unsafeArgv)
      // Slow, but right.
      unsetenv(variable)
    #endif
  }

  /// The environment's word for the processor whose kernels OpenBLAS takes.
  static let variable = "OPENBLAS_CORETYPE"

  /// Names the processor whose kernels fit better than the chosen ones.
  ///
  /// - Parameters:
  ///   - chosen: OpenBLAS's name of the processor whose kernels it has chosen.
  ///   - vectorBits: width of the processor's vectors, as `vm_vector_bits` tells it.
  /// - Returns: nil if the chosen ones fit.
  static func fitting(chosen: String, vectorBits: Int) -> String? {
    let withWideVectors = ["haswell", "zen", "skylakex", "cooperlake", "sapphirerapids"]
    if vectorBits < 256 || withWideVectors.contains(chosen.lowercased()) { return nil }
    return vectorBits >= 512 ? "SkylakeX" : "Haswell"
  }
}
