import Foundation

extension FileHandle {
  /// Reads all that is left, up to the end or to what cannot be read. Unlike Foundation's own reading
  /// it goes on where a signal interrupts it.
  package func readRest() -> Data {
    var rest = Data()
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = bytesRead(from: fileDescriptor, into: &buffer)
      if count > 0 {
        rest.append(contentsOf: buffer[..<count])
      } else if count == 0 || errno != EINTR {
        return rest
      }
    }
  }
}

/// Calls read(2), which in the extension would be the handle's own.
private func bytesRead(from file: Int32, into buffer: inout [UInt8]) -> Int {
  read(file, &buffer, buffer.count)
}
