import Diagnostics
import Foundation
import Synchronization

/// Keeps a job's ``JobMarker`` up to date from what its worker tells, and
/// gives signs of life in between.
final class JobRecorder: Sendable {
  private let folder: String
  private let marker: Mutex<JobMarker>

  /// Seconds between two writings on news.
  private static let pause = 3.0

  /// Writes down that the job begins.
  init(folder: String, timeSeconds: Double?) {
    self.folder = folder
    let marker = JobMarker(
      environment: ProcessInfo.processInfo.environment,
      timeSeconds: timeSeconds)
    // A disk that refuses it will refuse the results, which say so.
    try? marker.write(to: folder)
    self.marker = Mutex(marker)
    beat()
  }

  private func beat() {
    DispatchQueue.global(qos: .utility).asyncAfter(
      deadline: .now() + JobMarker.interval
    ) { [weak self] in
      guard let self else { return }
      update(atMostEvery: JobMarker.interval / 2) { _ in }
      beat()
    }
  }

  func note(_ phase: String, done: Int, total: Int, note: String?) {
    update(atMostEvery: Self.pause) { marker in
      marker.activity = RunRecord.Activity(
        marker.activity, phase: phase, done: done, total: total, note: note)
    }
  }

  /// Writes down how it has ended.
  func end(_ code: Int32) {
    update(atMostEvery: 0) { marker in
      marker.end =
        switch code {
        case ExitCode.done: .done
        case ExitCode.interrupted:
          Interruption.isOutOfTime ? .outOfTime : .interrupted
        default: .failed
        }
    }
  }

  private func update(
    atMostEvery seconds: Double, _ change: (inout JobMarker) -> Void
  ) {
    marker.withLock { marker in
      guard marker.end == nil else { return }
      change(&marker)
      let now = Date()
      guard now.timeIntervalSince(marker.updated) >= seconds else { return }
      marker.updated = now
      try? marker.write(to: folder)
    }
  }
}
