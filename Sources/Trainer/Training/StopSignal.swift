import Dispatch
import Foundation
import Synchronization

/// Notices SIGINT and SIGTERM, so that a run can save before it ends. A second signal ends the
/// program at once.
final class StopSignal {
  private final class Flag: Sendable {
    let raised = Atomic<Bool>(false)
  }

  private let flag = Flag()
  private let sources: [any DispatchSourceSignal]

  init() {
    let flag = self.flag
    sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        if flag.raised.exchange(true, ordering: .relaxed) { exit(130) }
      }
      source.resume()
      return source
    }
  }

  /// Whether a signal has come.
  var isRaised: Bool { flag.raised.load(ordering: .relaxed) }
}
