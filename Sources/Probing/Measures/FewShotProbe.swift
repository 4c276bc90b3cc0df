import Statistics

/// Logistic regression on a few examples of each class, several times over,
/// as MAEB does: 8 examples, 10 draws.
struct FewShotProbe {
  var examples = 8
  var draws = 10
  var seed: UInt64 = 1337
  /// Of more classes than these, each draw takes so many.
  static let mostClasses = 50

  /// In each draw the share of right answers for the vectors whose class is
  /// among the drawn ones; empty if training has fewer than two classes, or
  /// none of the vectors'.
  func accuracies(
    training: Embeddings, on vectors: Embeddings
  ) -> [Double] {
    var places: [Int: [Int]] = [:]
    for (row, known) in training.classes.enumerated() {
      places[known, default: []].append(row)
    }
    var numbers = SeededNumbers(seed: seed)
    return (0..<draws).compactMap { _ in
      var chosen = places.keys.sorted()
      if chosen.count > Self.mostClasses {
        chosen = Array(
          chosen.shuffled(using: &numbers).prefix(Self.mostClasses))
      }
      let places = chosen.map { (places[$0] ?? []).shuffled(using: &numbers) }
      let numbersOf = Dictionary(
        uniqueKeysWithValues: zip(chosen, chosen.indices))
      let sample = training[places.flatMap { $0.prefix(examples) }]
      let asked = vectors[
        vectors.classes.indices.filter {
          numbersOf[vectors.classes[$0]] != nil
        }]
      guard chosen.count > 1, asked.count > 0 else { return nil }
      let regression = LogisticRegression(
        fitting: Embeddings(
          values: sample.values, dimension: sample.dimension,
          classes: sample.classes.compactMap { numbersOf[$0] }),
        classes: chosen.count)
      let told = regression.classes(of: asked)
      let right = zip(told, asked.classes).count { chosen[$0] == $1 }
      return Double(right) / Double(asked.count)
    }
  }
}
