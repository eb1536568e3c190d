import CFakeGen

extension ArrowArray {
  /// A column's values, or with `children` a batch of columns. It owns all of it until its release.
  init(
    length: Int, nullCount: Int, buffers: [ColumnMemory.Buffer], children: [ArrowArray] = []
  ) {
    let memory = ColumnMemory(buffers)
    let owner = Owner(memory, children: children)
    self.init(
      length: Int64(length), null_count: Int64(nullCount), offset: 0,
      n_buffers: Int64(memory.count), n_children: Int64(children.count),
      buffers: memory.addresses, children: owner.children?.pointers, dictionary: nil,
      release: { array in
        guard let array, array.pointee.release != nil else { return }
        array.pointee.release = nil
        if let data = array.pointee.private_data {
          Unmanaged<Owner>.fromOpaque(UnsafeRawPointer(data)).release()
        }
      }, private_data: Unmanaged.passRetained(owner).toOpaque())
  }

  /// What `private_data` is.
  private final class Owner {
    private let memory: ColumnMemory
    let children: Children<ArrowArray>?

    init(_ memory: ColumnMemory, children: [ArrowArray]) {
      self.memory = memory
      self.children = children.isEmpty ? nil : Children(children)
    }

    deinit {
      // A consumer may have taken a child for itself, whose release is null then.
      for child in children?.addresses ?? [] { child.pointee.release?(child) }
    }
  }
}

/// Structures of the interface that lie in another one.
final class Children<Child> {
  let pointers: UnsafeMutablePointer<UnsafeMutablePointer<Child>?>
  private let memory: UnsafeMutablePointer<Child>
  private let count: Int

  init(_ children: [Child]) {
    count = children.count
    memory = .allocate(capacity: count)
    pointers = .allocate(capacity: count)
    for (index, child) in children.enumerated() {
      (memory + index).initialize(to: child)
      (pointers + index).initialize(to: memory + index)
    }
  }

  deinit {
    pointers.deallocate()
    memory.deallocate()
  }

  /// Where each of them lies.
  var addresses: [UnsafeMutablePointer<Child>] { (0..<count).map { memory + $0 } }
}
