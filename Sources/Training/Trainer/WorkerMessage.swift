import Diagnostics
import Foundation
import Hosting
import Records
import Tensors

/// One line that a worker writes to its parent: what it is doing. Also its
/// sign of life.
package struct WorkerMessage: Codable, Equatable {
  /// A few words: `training`.
  package var phase: String
  package var done: Int
  package var total: Int
  /// A figure to show beside: `312 × real time`.
  package var note: String?
  /// Which of the experiments it is about, where a process has several.
  package var place: Int?
  /// Something the user should read, once.
  package var notice: String?
  /// Something that is so for all of a run and needs to be said but once.
  package var remark: String?
  /// Why there will be no number; the last message then.
  package var failure: ExperimentResult.Failure?
}

/// The worker's end of the pipe to its parent.
package final class WorkerReport {
  private let descriptor: Int32
  private let tell: ((String, Int, Int) -> Void)?
  private var lastTime: UInt64 = 0
  private var lastPhase = ""
  /// Which of the process's experiments is being reported of.
  package var place: Int?
  /// Those that train the same experiment together, if there are several.
  package var exchange: (any RowExchange)?
  /// What is left for the parent if the process ends without a word.
  package var note: CallNote?

  /// - Parameter descriptor: where messages go, standard output as a rule.
  package init(descriptor: Int32) {
    self.descriptor = descriptor
    tell = nil
  }

  /// Tells this process instead of a parent: phase, done, total.
  package init(_ tell: @escaping (String, Int, Int) -> Void) {
    descriptor = -1
    self.tell = tell
  }

  /// Sends at most ten messages a second, besides the first and the last of
  /// a phase.
  package func progress(
    _ phase: String, done: Int, total: Int, note: String? = nil
  ) {
    let now = DispatchTime.now().uptimeNanoseconds
    guard phase != lastPhase || done == total || now - lastTime > 100_000_000
    else { return }
    lastTime = now
    lastPhase = phase
    if let tell { return tell(phase, done, total) }
    send(
      WorkerMessage(
        phase: phase, done: done, total: total, note: note, place: place))
  }

  /// Tells the user of something that was worked around.
  package func notice(_ text: String) { send { $0.notice = text } }

  /// Tells the user of something that is so for other experiments, too.
  package func remark(_ text: String) { send { $0.remark = text } }

  /// Tells the parent why the experiment ends: its folder may refuse to.
  package func failed(_ failure: ExperimentResult.Failure) {
    send { $0.failure = failure }
  }

  package func checkCancelled() throws {
    if Interruption.isRequested { throw Interrupted() }
  }

  /// A message beside what the phase has come to.
  private func send(_ fill: (inout WorkerMessage) -> Void) {
    guard tell == nil else { return }
    var message = WorkerMessage(
      phase: lastPhase, done: 0, total: 0, place: place)
    fill(&message)
    send(message)
  }

  private func send(_ message: WorkerMessage) {
    guard var bytes = try? JSONEncoder().encode(message) else { return }
    bytes.append(UInt8(ascii: "\n"))
    StandardError.write(Array(bytes), to: descriptor)
  }
}
