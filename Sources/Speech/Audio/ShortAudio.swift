extension [Float] {
  /// Audio that is shorter than `count` samples with zeros behind it, as many
  /// as are lacking; other audio, and none at all, as it is.
  package func padded(to count: Int) -> [Float] {
    guard self.count < count, !isEmpty else { return self }
    return self + [Float](repeating: 0, count: count - self.count)
  }
}
