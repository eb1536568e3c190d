import CSystem

/// A thread of the system; subclasses say what it does.
class SystemThread {
  private var handle: fakegen_thread?

  /// Does what the thread is for.
  func run() {}

  /// Starts the thread; false if the system has no thread to give; `errno` says why.
  final func start() -> Bool {
    let reference = Unmanaged.passRetained(self)
    var thread = fakegen_thread()
    let status = fakegen_thread_create(
      &thread,
      { context in
        if let context { Unmanaged<SystemThread>.fromOpaque(context).takeRetainedValue().run() }
        return nil
      }, reference.toOpaque())
    if status == 0 {
      handle = thread
      return true
    }
    reference.release()
    errno = status
    return false
  }

  /// Waits until it has ended. Call it once for a thread that was started.
  final func join() {
    if let handle { _ = fakegen_thread_join(handle) }
    handle = nil
  }

  /// How many threads the machine runs at once; at least 1.
  static var available: Int {
    max(Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))), 1)
  }
}

/// A lock with a condition that threads wait for.
final class Monitor {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  func lock() { pthread_mutex_lock(mutex) }
  func unlock() { pthread_mutex_unlock(mutex) }
  /// Lets go of the lock until another thread wakes this one, or for no reason.
  func wait() { pthread_cond_wait(condition, mutex) }
  func wakeAll() { pthread_cond_broadcast(condition) }
}
