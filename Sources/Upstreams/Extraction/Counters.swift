import Synchronization

/// Counts on several threads.
final class Counter: Sendable {
  private let count = Atomic<Int>(0)
  var value: Int { count.load(ordering: .relaxed) }
  func increment() { count.add(1, ordering: .relaxed) }
}

/// Sums seconds on several threads, to the microsecond.
final class SecondsCounter: Sendable {
  private let microseconds = Atomic<Int>(0)

  var value: Double { Double(microseconds.load(ordering: .relaxed)) / 1e6 }

  /// - Parameter seconds: what is no number of them counts nothing.
  func add(_ seconds: Double) {
    guard let count = Int(exactly: (seconds * 1e6).rounded()) else { return }
    microseconds.add(count, ordering: .relaxed)
  }
}
