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
    let contents: [UInt8]? = if let path { try contents(of: path) } else { nil }
    do {
      if let contents { return try Model(bytes: contents, kernels: kernels) }
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

  private static func contents(of path: String) throws(Failure) -> [UInt8] {
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

    var bytes: [UInt8] = []
    bytes.reserveCapacity(kind == S_IFREG ? Int(status.st_size) : 0)
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .cannotRead(path: path, reason: lastSystemError()) }
      if count == 0 { return bytes }
      bytes.append(contentsOf: chunk[..<count])
      if bytes.count > maximumSize { throw tooLarge }
    }
  }
}
