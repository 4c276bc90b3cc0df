extension ContinuousClock.Instant {
  /// Seconds since then, by a clock that nobody sets.
  package var secondsUntilNow: Double { duration(to: .now) / .seconds(1) }
}
