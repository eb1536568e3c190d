import Foundation

/// Progress of `trainer learn` on stderr: one line rewritten in place on a terminal, a plain line
/// now and then elsewhere.
struct LearningProgress {
  private let isTerminal = isatty(FileHandle.standardError.fileDescriptor) != 0
  private let started = Date()
  private let firstStep: Int
  private let steps: Int
  private var lastShown = Date.distantPast
  private var hasLine = false

  init(firstStep: Int, state: LearningState) {
    self.firstStep = firstStep
    steps = state.settings.steps
  }

  /// Shows how far training has come, if enough time has passed since the last line.
  mutating func show(_ step: Int, _ state: LearningState) {
    let now = Date()
    guard now.timeIntervalSince(lastShown) >= (isTerminal ? 0.5 : 30) else { return }
    lastShown = now
    let seconds = now.timeIntervalSince(started)
    let left = seconds / Double(max(1, step - firstStep)) * Double(steps - step)
    var line = String(
      format: "training %d %%  step %d of %d", 100 * step / max(1, steps), step, steps)
    if let look = state.looks.last, let best = state.best {
      line += String(
        format: "  held-out loss %.3f nats (best %.3f)", look.heldOut, best.heldOut)
    }
    line += "  at most \(ProgressLine.duration(left)) left"
    write(isTerminal ? "\r\u{1B}[K" + line : line + "\n")
    hasLine = isTerminal
  }

  /// Ends the line.
  mutating func finish() {
    if hasLine { write("\n") }
    hasLine = false
  }

  private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
