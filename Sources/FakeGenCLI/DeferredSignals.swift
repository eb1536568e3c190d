#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Holds back the signals that ask a program to end, so that it can tidy up first. Letting go of it
/// delivers those that came.
final class DeferredSignals {
  private var deferred = sigset_t()
  private var before = sigset_t()

  init() {
    sigemptyset(&deferred)
    for number in [SIGHUP, SIGINT, SIGTERM] where !Self.isIgnored(number) {
      sigaddset(&deferred, number)
    }
    sigprocmask(SIG_BLOCK, &deferred, &before)
  }

  deinit {
    sigprocmask(SIG_SETMASK, &before, nil)
  }

  /// Whether one of them has come.
  var isPending: Bool {
    var pending = sigset_t()
    sigpending(&pending)
    return [SIGHUP, SIGINT, SIGTERM].contains {
      sigismember(&deferred, $0) == 1 && sigismember(&pending, $0) == 1
    }
  }

  /// Whether the parent process (nohup, a shell's background job) had the signal ignored. It stays
  /// so; held back, it would look as if it had come.
  private static func isIgnored(_ number: Int32) -> Bool {
    let handler = signal(number, SIG_IGN)
    signal(number, handler)
    return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}
