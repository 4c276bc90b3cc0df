import Foundation
import Synchronization

/// Keeps the ``RunRecord`` of a run that is under way, from what the run
/// tells its watcher.
final class RunRecorder: Sendable {
  private struct State {
    var record: RunRecord
    var written = Date.distantPast
    /// Somebody will write what was not written yet.
    var isAwaited = false
  }

  private let root: String
  private let state: Mutex<State>

  /// Seconds between two writings, at least.
  private static let interval = 1.0

  init(_ plan: RunPlan) {
    root = plan.root
    state = Mutex(State(record: RunRecord(plan, started: Date())))
  }

  /// Writes the record as it stands. A disk that refuses it will refuse the
  /// results, which say so.
  func write() {
    state.withLock { state in
      try? state.record.write(to: root)
      state.written = Date()
      state.isAwaited = false
    }
  }

  func note(_ event: RunEvent) {
    switch event {
    case .skipped, .notice, .remark: break
    case .started(let cell, let fold):
      update(cell, fold) {
        $0 = RunRecord.Activity(nil, phase: "starting", done: 0, total: 0)
      }
    case .progress(let cell, let fold, let phase, let done, let total, let note):
      update(cell, fold) {
        $0 = RunRecord.Activity(
          $0, phase: phase, done: done, total: total, note: note)
      }
    case .finished(let cell, _):
      update(cell, nil) { $0 = nil }
    }
  }

  /// - Parameter fold: nil for all experiments of the cell.
  private func update(
    _ cell: RunCell, _ fold: String?,
    _ change: (inout RunRecord.Activity?) -> Void
  ) {
    state.withLock { state in
      guard
        let index = state.record.cells.firstIndex(where: {
          $0.folder == RunRecord.below(root, cell.folder)
        })
      else { return }
      for i in state.record.cells[index].experiments.indices
      where fold == nil || state.record.cells[index].experiments[i].fold == fold
      {
        change(&state.record.cells[index].experiments[i].activity)
      }
      guard !state.isAwaited else { return }
      state.isAwaited = true
      let due = state.written.addingTimeInterval(Self.interval)
      let wait = max(0, due.timeIntervalSinceNow)
      DispatchQueue.global(qos: .utility).asyncAfter(
        deadline: .now() + wait
      ) { [weak self] in self?.write() }
    }
  }
}
