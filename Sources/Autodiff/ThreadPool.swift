import COpenBLAS
import Dispatch

/// Threads that share out independent pieces of work. What a piece computes never depends on how
/// many there are.
public struct ThreadPool: Sendable {
  /// Number of threads.
  public let threads: Int

  /// Creates a pool; also keeps OpenBLAS to the calling thread.
  ///
  /// - Parameter threads: number of threads.
  public init(threads: Int) {
    precondition(threads > 0)
    self.threads = threads
    openblas_set_num_threads(1)
  }

  /// Runs `body(piece)` for every piece below `pieces`; thread t takes pieces t, t + threads, ...
  public func run(pieces: Int, _ body: @Sendable (Int) -> Void) {
    let workers = min(threads, pieces)
    if workers <= 1 {
      for piece in 0..<pieces { body(piece) }
      return
    }
    DispatchQueue.concurrentPerform(iterations: workers) { worker in
      for piece in stride(from: worker, to: pieces, by: workers) { body(piece) }
    }
  }
}

/// A value that is not Sendable, for pieces of work that keep apart what they touch.
public struct Unchecked<Value>: @unchecked Sendable {
  /// The value.
  public let value: Value

  /// Wraps a value.
  public init(_ value: Value) { self.value = value }
}
