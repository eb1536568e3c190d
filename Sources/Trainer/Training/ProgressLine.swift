import Foundation

/// Progress on stderr: one line rewritten in place on a terminal, a plain line now and then
/// elsewhere.
struct ProgressLine {
  private let isTerminal = isatty(FileHandle.standardError.fileDescriptor) != 0
  private let started = Date()
  private let firstStep: Int
  private let steps: Int
  private let examplesPerStep: Int
  private var lastShown = Date.distantPast
  private var lastStep: Int

  init(firstStep: Int, steps: Int, examplesPerStep: Int) {
    self.firstStep = firstStep
    self.steps = steps
    self.examplesPerStep = examplesPerStep
    lastStep = firstStep
  }

  /// Shows a step's figures if enough time has passed since the last line.
  mutating func show(_ report: StepReport, isLast: Bool) {
    let now = Date()
    let interval = now.timeIntervalSince(lastShown)
    guard isLast || interval >= (isTerminal ? 0.5 : 30) else { return }
    let rate =
      lastShown == .distantPast
      ? Double(report.step - firstStep) / max(1e-9, now.timeIntervalSince(started))
      : Double(report.step - lastStep) / max(1e-9, interval)
    let left = rate > 0 ? Double(steps - report.step) / rate : 0
    let line = String(
      format: "step %d/%d  %.1f steps/s  %.0f examples/s  loss %.4f  reconstruction %.4f  "
        + "KL %.2f nats  %.3f bits/character  %@ left",
      report.step, steps, rate, rate * Double(examplesPerStep), report.loss, report.reconstruction,
      report.divergence, report.bitsPerCharacter, Self.duration(left))
    let text = isTerminal ? "\r\u{1B}[K" + line + (isLast ? "\n" : "") : line + "\n"
    FileHandle.standardError.write(Data(text.utf8))
    (lastShown, lastStep) = (now, report.step)
  }

  static func duration(_ seconds: Double) -> String {
    let total = Int(min(seconds, 1e9).rounded())
    return total >= 3600
      ? String(format: "%d:%02d:%02d", total / 3600, total / 60 % 60, total % 60)
      : String(format: "%d:%02d", total / 60, total % 60)
  }
}
