import Dispatch
import Foundation
import Synchronization

/// Notices SIGINT and SIGTERM, so that a run can save before it ends. A second signal ends the
/// program at once.
final class StopSignal: Sendable {
  private let raised = Atomic<Bool>(false)
  private let sources: [any DispatchSourceSignal & Sendable]

  init() {
    var sources: [any DispatchSourceSignal & Sendable] = []
    for number in [SIGINT, SIGTERM] {
      signal(number, SIG_IGN)
      sources.append(
        DispatchSource.makeSignalSource(signal: number, queue: .global())
          as! any DispatchSourceSignal & Sendable)
    }
    self.sources = sources
    for source in sources {
      source.setEventHandler { [weak self] in
        guard let self else { return }
        if self.raised.exchange(true, ordering: .relaxed) { exit(130) }
      }
      source.resume()
    }
  }

  /// Whether a signal has come.
  var isRaised: Bool { raised.load(ordering: .relaxed) }
}
