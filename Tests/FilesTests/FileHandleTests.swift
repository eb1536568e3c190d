import Files
import Foundation
import Testing

@Suite struct FileHandleTests {
  /// A signal that comes while a pipe is read does not end the reading.
  @Test func aSignalDoesNotInterrupt() throws {
    // Without SA_RESTART, so that a read does not begin again by itself.
    var (ours, before) = (sigaction(), sigaction())
    #if canImport(Darwin)
      ours.__sigaction_u.__sa_handler = { _ in }
    #else
      ours.__sigaction_handler.sa_handler = { _ in }
    #endif
    sigaction(SIGUSR2, &ours, &before)
    defer { sigaction(SIGUSR2, &before, nil) }
    let pipe = Pipe()
    let reader = pthread_self()
    let writer = Thread {
      for _ in 0..<20 {
        usleep(2_000)
        pthread_kill(reader, SIGUSR2)
        pipe.fileHandleForWriting.write(Data([7]))
      }
      try? pipe.fileHandleForWriting.close()
    }
    writer.start()
    #expect(pipe.fileHandleForReading.readRest() == Data(repeating: 7, count: 20))
  }
}
