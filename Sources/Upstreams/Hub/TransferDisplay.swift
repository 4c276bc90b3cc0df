import Diagnostics
import Foundation
import Synchronization

/// Tells people on the standard error how far a download has come: a line
/// that is written over on a terminal, else one when a file is there.
final class TransferDisplay: Sendable {
  private let last = Mutex<ContinuousClock.Instant?>(nil)
  private let isTerminal = StandardError.isTerminal

  func show(_ progress: HubProgress) {
    let isDone = progress.bytes == progress.total
    let isDue = last.withLock { last in
      let now = ContinuousClock.now
      if !isDone, let last, now - last < .milliseconds(300) { return false }
      last = now
      return isDone || isTerminal
    }
    guard isDue else { return }
    if isTerminal { StandardError.draw(isDone ? "" : Self.line(progress)) }
    if isDone { StandardError.note(Self.line(progress)) }
  }

  static func line(_ progress: HubProgress) -> String {
    func megabytes(_ count: Int) -> String {
      String(format: "%.1f", Double(count) / 1e6)
    }
    let total = progress.total.map { " of \(megabytes($0))" } ?? ""
    return "\(progress.reference): \(progress.file) "
      + "\(megabytes(progress.bytes))\(total) MB"
  }
}
