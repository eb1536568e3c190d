import CSystem
import FakeGen

/// Says on standard error how far the work has come: on a terminal twice a second on one line,
/// elsewhere every ten seconds on a line of its own, and once more at the end.
struct Progress {
  private let total: UInt64
  private let start = Self.now()
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private var lastReport: UInt64

  init(total: UInt64) {
    self.total = total
    lastReport = start
  }

  mutating func update(printed: UInt64) {
    let now = Self.now()
    let interval: UInt64 = isTerminal ? 500 : 10_000
    guard now - lastReport >= interval else { return }
    lastReport = now
    report(printed: printed, milliseconds: now - start, isLast: false)
  }

  func finish(printed: UInt64) {
    report(printed: printed, milliseconds: Self.now() - start, isLast: true)
  }

  private func report(printed: UInt64, milliseconds: UInt64, isLast: Bool) {
    let rate = Self.ratio(printed, 1000, max(milliseconds, 1))
    let percent = total == 0 ? 100 : Self.ratio(printed, 100, total)
    var line = "fakegen: \(printed) of \(total) rows (\(percent) %), \(rate) rows/s"
    if isLast {
      line += ", \(Self.clock(milliseconds / 1000))"
    } else if rate > 0 {
      line += ", \(Self.clock((total - printed) / rate)) left"
    }
    // \u{1B}[K clears what a longer line before left.
    let text = isTerminal ? "\r" + line + "\u{1B}[K" + (isLast ? "\n" : "") : line + "\n"
    let bytes = Array(text.utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
  }

  /// Returns `value` times `factor` / `divisor`, rounded down, at most 2^64 - 1.
  private static func ratio(_ value: UInt64, _ factor: UInt64, _ divisor: UInt64) -> UInt64 {
    let product = value.multipliedFullWidth(by: factor)
    return product.high < divisor ? divisor.dividingFullWidth(product).quotient : .max
  }

  /// Hours, minutes and seconds: `1:02:03`.
  private static func clock(_ seconds: UInt64) -> String {
    func twoDigits(_ number: UInt64) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(seconds / 3600):\(twoDigits(seconds / 60 % 60)):\(twoDigits(seconds % 60))"
  }

  /// Milliseconds of a clock that never goes back.
  private static func now() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1000 + UInt64(time.tv_nsec) / 1_000_000
  }
}
