import Foundation
import Synchronization

/// SIGINT, SIGTERM, SIGUSR1 and SIGUSR2 ask the process to stop at the next
/// safe point; the same signal again, after three, ends it at once. A
/// scheduler sends SIGUSR1 or SIGUSR2 before a job's time is up.
package enum Interruption {
  private static let count = Atomic<Int>(0)
  private static let warnings = Atomic<Int>(0)
  private static let signals = [SIGINT, SIGTERM, SIGUSR1, SIGUSR2]

  /// Whether a signal, or ``request()``, has asked to stop.
  package static var isRequested: Bool {
    count.load(ordering: .relaxed) > 0
  }

  /// Whether one of them was a warning that the time is up.
  package static var isOutOfTime: Bool {
    warnings.load(ordering: .relaxed) > 0
  }

  package static func request() {
    count.add(1, ordering: .relaxed)
  }

  /// Waits, a tenth of a second at a time.
  ///
  /// - Throws: `Interrupted` as soon as somebody asks to stop.
  package static func sleep(seconds: Double) throws {
    let end = Date(timeIntervalSinceNow: seconds)
    while Date() < end {
      if isRequested { throw Interrupted() }
      usleep(100_000)
    }
  }

  /// Takes over the signals.
  package static func handleSignals() {
    for number in signals {
      signal(number) { number in
        if number == SIGUSR1 || number == SIGUSR2 {
          Interruption.warnings.add(1, ordering: .relaxed)
        }
        if Interruption.count.add(1, ordering: .relaxed).newValue > 3 {
          _exit(75)
        }
      }
    }
    // Whoever started this process may have kept them from it: a thread of
    // Dispatch does, and passes that on to what it starts.
    var taken = sigset_t()
    sigemptyset(&taken)
    for number in signals { sigaddset(&taken, number) }
    pthread_sigmask(SIG_UNBLOCK, &taken, nil)
    // A reader that has gone away is noticed by the write that fails.
    signal(SIGPIPE, SIG_IGN)
    // So is the end of what a file may grow to (ulimit -f).
    signal(SIGXFSZ, SIG_IGN)
  }
}

/// The work was asked to stop.
package struct Interrupted: Error {
  package init() {}
}
