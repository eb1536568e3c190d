import CShippedModel
import CSystem
import FakeGen

/// Where a model's bytes come from.
enum ModelFile {
  private static let maximumSize = ModelFormat.maximumFileSize

  /// Loads the model in the file, or the shipped one if `path` is nil.
  static func load(
    _ path: String?, kernels: KernelLevel = .best
  ) throws(Failure) -> Model {
    let file: (memory: NumberMemory, count: Int)? =
      if let path { try contents(of: path) } else { nil }
    do {
      if let file { return try Model(memory: file.memory, count: file.count, kernels: kernels) }
      return try Model(shipped: shippedBytes, kernels: kernels)
    } catch {
      throw .badModel(source: name(path), reason: error.description)
    }
  }

  /// Returns what messages call the model in the file, or the shipped one if `path` is nil.
  static func name(_ path: String?) -> String { path ?? "the shipped model" }

  static var shippedBytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: fakegen_shipped_model(), count: fakegen_shipped_model_size())
  }

  /// Reads a file: as much of the memory returned as the count says.
  private static func contents(
    of path: String
  ) throws(Failure) -> (memory: NumberMemory, count: Int) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC, 0)
    guard descriptor >= 0 else { throw .cannotRead(path: path, reason: lastSystemError()) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw .cannotRead(path: path, reason: lastSystemError())
    }
    let kind = status.st_mode & mode_t(S_IFMT)
    guard kind == S_IFREG || kind == S_IFIFO else {
      throw .cannotRead(path: path, reason: "expected a model file, found no regular file")
    }
    let tooLarge = Failure.cannotRead(
      path: path, reason: "expected at most \(maximumSize) bytes, found more; is it a model file?")
    if kind == S_IFREG, status.st_size > maximumSize { throw tooLarge }

    // A byte more than the file has, where its end is found.
    var capacity = kind == S_IFREG ? Int(status.st_size) + 1 : 1 << 16
    var memory = NumberMemory(byteCount: capacity)
    var count = 0
    while true {
      if count == capacity {
        capacity *= 2
        let larger = NumberMemory(byteCount: capacity)
        larger.start.copyMemory(from: memory.start, byteCount: count)
        memory = larger
      }
      let found = read(descriptor, memory.start + count, capacity - count)
      if found < 0, errno == EINTR { continue }
      guard found >= 0 else { throw .cannotRead(path: path, reason: lastSystemError()) }
      if found == 0 { return (memory, count) }
      count += found
      if count > maximumSize { throw tooLarge }
    }
  }
}
