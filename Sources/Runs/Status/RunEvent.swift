import Records
import Training

/// What a run tells whoever watches it. Called from several threads, one at
/// a time.
package enum RunEvent: Sendable {
  /// The cell has a result already.
  case skipped(RunCell, ExperimentResult)
  case started(RunCell, fold: String?)
  /// A sign of life.
  case progress(
    RunCell, fold: String?, phase: String, done: Int, total: Int,
    note: String?)
  /// Something the user should read, once.
  case notice(RunCell, fold: String?, String)
  /// Something the user should read that is not about one cell.
  case remark(String)
  case finished(RunCell, ExperimentResult)
}

extension RunEvent {
  init(_ message: WorkerMessage, of cell: RunCell, fold: String?) {
    self =
      if let notice = message.notice {
        .notice(cell, fold: fold, notice)
      } else if let remark = message.remark {
        .remark(remark)
      } else {
        .progress(
          cell, fold: fold, phase: message.phase, done: message.done,
          total: message.total, note: message.note)
      }
  }
}
