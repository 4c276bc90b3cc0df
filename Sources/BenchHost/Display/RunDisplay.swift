import Diagnostics
import Foundation
import Records
import Runs
import Synchronization

/// Shows a run as it goes: one line that is drawn again on a terminal, plain
/// lines where there is none.
final class RunDisplay: Sendable {
  private struct State {
    var finished = 0
    var lastPhase: [String: String] = [:]
    var lastTime: [String: Date] = [:]
    var hasLine = false
  }

  private let total: Int
  private let isTerminal: Bool
  private let state = Mutex(State())

  init(cells: Int, isTerminal: Bool = StandardError.isTerminal) {
    total = cells
    self.isTerminal = isTerminal
  }

  func show(_ event: RunEvent) {
    switch event {
    case .started: break
    case .notice(let cell, let fold, let text):
      state.withLock { write("\(Self.name(cell, fold: fold)): \(text)", &$0) }
    case .remark(let text): state.withLock { write(text, &$0) }
    case .skipped(let cell, let result):
      finish(cell, Self.outcome(result) + ", done before")
    case .finished(let cell, let result):
      finish(
        cell,
        Self.outcome(result)
          + String(format: ", %.1f s", result.cost.wallSeconds))
    case .progress(
      let cell, let fold, let phase, let done, let total, let note):
      progress(
        Self.name(cell, fold: fold), phase: phase, done: done, total: total,
        note: note)
    }
  }

  /// Takes the line away that is drawn again and again: what comes next is
  /// said by somebody else.
  func finish() {
    state.withLock { state in
      if state.hasLine { StandardError.draw("") }
      state.hasLine = false
    }
  }

  private func finish(_ cell: RunCell, _ text: String) {
    state.withLock { state in
      state.finished += 1
      write(
        "[\(state.finished)/\(total)] \(Self.name(cell, fold: nil)): \(text)",
        &state)
    }
  }

  private func progress(
    _ name: String, phase: String, done: Int, total: Int, note: String?
  ) {
    let suffix = note.map { ", \($0)" } ?? ""
    state.withLock { state in
      guard isTerminal else {
        // A line when the phase changes, and one every half minute.
        let isNew = state.lastPhase[name] != phase
        let isDue =
          Date().timeIntervalSince(state.lastTime[name] ?? .distantPast) > 30
        guard total > 0, isNew || isDue, !phase.hasPrefix("evaluating") else {
          return
        }
        state.lastPhase[name] = phase
        state.lastTime[name] = Date()
        StandardError.note("\(name): \(phase) \(done)/\(total)\(suffix)")
        return
      }
      let share = total > 0 ? Double(done) / Double(total) : 0
      let width = 24
      let filled = Int(share * Double(width))
      let bar =
        String(repeating: "█", count: filled)
        + String(repeating: "░", count: width - filled)
      let count = total > 0 ? " \(done)/\(total)" : ""
      state.hasLine = true
      StandardError.draw("\(name) \(bar) \(phase)\(count)\(suffix)")
    }
  }

  private func write(_ line: String, _ state: inout State) {
    if state.hasLine {
      StandardError.draw("")
      state.hasLine = false
    }
    StandardError.note(line)
  }

  private static func name(_ cell: RunCell, fold: String?) -> String {
    "\(cell.upstream) × \(cell.task)" + (fold.map { " \($0)" } ?? "")
  }

  private static func outcome(_ result: ExperimentResult) -> String {
    guard result.status == .done else {
      return "failed: \(result.failure?.reason ?? "no reason")"
    }
    guard let metric = result.primaryMetric else { return "done, no figures" }
    return metric.shown
  }
}

extension ExperimentResult.Metric {
  /// With its name, in the unit that the leaderboard shows.
  var shown: String {
    switch unit {
    case .fraction: String(format: "%@ %.2f %%", title, value * 100)
    case .percent: String(format: "%@ %.2f %%", title, value)
    case .plain: String(format: "%@ %.4f", title, value)
    }
  }
}
