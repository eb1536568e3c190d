/// A differentiable operation: plain data that remembers its operands.
public protocol Operation: BitwiseCopyable {
  /// Adds to the gradients of the operands what follows from the gradients of the results.
  func backward()
}

extension Operation {
  fileprivate static func backward(at record: UnsafeRawPointer) {
    record.load(as: Self.self).backward()
  }
}

/// The operations of one forward pass, in order, and the memory they work in.
public final class Tape<S: Scalar> {
  private struct Entry {
    var type: any Operation.Type
    var record: UnsafeRawPointer
  }

  private let arena = Arena()
  private var entries: [Entry] = []
  /// Number of floating-point operations of the recorded matrix products, forward and backward.
  public private(set) var floatingPointOperations = 0.0

  /// Creates an empty tape.
  public init() {}

  /// Number of bytes of memory held.
  public var capacity: Int { arena.capacity }

  /// Forgets all operations and tensors; their memory is reused.
  public func reset() {
    arena.reset()
    entries.removeAll(keepingCapacity: true)
    floatingPointOperations = 0
  }

  /// Allocates a tensor `[rows, columns]` with uninitialised values and zero gradient.
  public func tensor(rows: Int, columns: Int) -> Tensor<S> {
    let count = rows * columns
    let gradient = arena.allocate(S.self, count: count)
    S.clear(gradient, count: count)
    return Tensor(
      rows: rows, columns: columns, values: arena.allocate(S.self, count: count),
      gradient: gradient)
  }

  /// Allocates uninitialised memory that lives as long as the tensors.
  public func scratch<T: BitwiseCopyable>(_ type: T.Type, count: Int) -> UnsafeMutablePointer<T> {
    arena.allocate(type, count: count)
  }

  /// Appends an operation that has just computed its results.
  public func record<O: Operation>(_ operation: O) {
    let pointer = arena.allocate(O.self, count: 1)
    pointer.initialize(to: operation)
    entries.append(Entry(type: O.self, record: UnsafeRawPointer(pointer)))
  }

  /// Counts a matrix product `[m, k] @ [k, n]` and the two of its backward pass.
  func countProducts(m: Int, n: Int, k: Int) {
    floatingPointOperations += 6 * Double(m) * Double(n) * Double(k)
  }

  /// Runs every operation's backward pass, last first.
  public func backward() {
    for entry in entries.reversed() { entry.type.backward(at: entry.record) }
  }
}
