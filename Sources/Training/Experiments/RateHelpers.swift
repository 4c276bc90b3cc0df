import Diagnostics
import Files
import Foundation
import Hosting
import Synchronization

/// The processes that train the rates of a grid which are not the worker's
/// own share: what ``RateTraining`` does, seen from the worker.
///
/// What they leave are states to continue from. Whatever becomes of one of
/// them, the worker goes on from there, and finds out itself why it could not.
final class RateHelpers: Sendable {
  private struct News {
    /// The last of each.
    var messages: [WorkerMessage?]
    var notices: [String] = []
  }

  private let news: Mutex<News>
  private let isStopRequested = Atomic<Bool>(false)
  private let running = DispatchGroup()

  /// Starts one for each share but the first.
  ///
  /// - Parameter folder: the experiment's.
  init(_ shares: RateShares, folder: String) throws {
    news = Mutex(News(messages: shares.rates.map { _ in nil }))
    let executable = try Installation.current().executable
    for share in shares.rates.indices.dropFirst() {
      let arguments = [RateTraining.command, folder, "\(share)"]
      running.enter()
      Thread { [self] in
        _ = try? child(executable, arguments, share).run()
        running.leave()
      }.start()
    }
  }

  private func child(
    _ executable: String, _ arguments: [String], _ share: Int
  ) -> SupervisedChild {
    var child = SupervisedChild(
      .itself(executable, arguments), limits: SupervisedChild.Limits())
    child.isStopRequested = { [self] in
      Interruption.isRequested || isStopRequested.load(ordering: .relaxed)
    }
    // The worker's own share says the same.
    child.onErrors = { _ in }
    var lines = LineReader()
    let decoder = JSONDecoder()
    child.onOutput = { [self] bytes in
      lines.append(bytes) { line in
        guard
          let message = try? decoder.decode(
            WorkerMessage.self, from: Data(line))
        else { return }
        news.withLock { news in
          if let notice = message.notice {
            news.notices.append(notice)
          } else if message.total > 0 {
            news.messages[share] = message
          }
        }
      }
      return true
    }
    return child
  }

  /// Asks them to keep their states and to end, and waits until they have.
  func stop() {
    isStopRequested.store(true, ordering: .relaxed)
    running.wait()
  }

  /// Waits for their ends, and passes on what they say meanwhile.
  func wait(_ report: WorkerReport) {
    while running.wait(timeout: .now() + .milliseconds(100)) == .timedOut {
      for case let message? in news.withLock({ $0.messages }) {
        report.progress(
          message.phase, done: message.done, total: message.total)
      }
    }
    for notice in news.withLock({ $0.notices }) { report.notice(notice) }
  }
}
