import CSystem

/// Holds back the signals that ask a program to end, so that it can tidy up first: in this thread
/// and those that it starts. Letting go of it delivers those that came.
final class DeferredSignals {
  /// Those that would end the program at once if they were not held back.
  private let deferred: [Int32]
  private var before = sigset_t()

  init() {
    var blocked = sigset_t()
    sigemptyset(&blocked)
    // One that the parent process (nohup, a shell's background job) had ignored stays so; held
    // back, it would look as if it had come.
    let candidates = [SIGHUP, SIGINT, SIGTERM].filter { !ignoresSignal($0) }
    for number in candidates { sigaddset(&blocked, number) }
    pthread_sigmask(SIG_BLOCK, &blocked, &before)
    var before = before
    deferred = candidates.filter { sigismember(&before, $0) == 0 }
  }

  deinit {
    pthread_sigmask(SIG_SETMASK, &before, nil)
  }

  /// Whether one of them has come.
  var isPending: Bool {
    var pending = sigset_t()
    sigpending(&pending)
    return deferred.contains { sigismember(&pending, $0) == 1 }
  }
}
