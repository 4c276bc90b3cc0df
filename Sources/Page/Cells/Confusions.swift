import Records

/// Truths against answers, where these are classes.
struct Confusions {
  /// By name.
  var classes: [String]
  /// [truth][answer]
  var counts: [[Int]]

  /// nil where the answers are not of few classes: each truth must occur more
  /// than once on average.
  init?(_ answers: [SplitRecords.Prediction]) {
    let truths = Set(answers.map(\.truth))
    guard truths.count > 1, truths.count * 3 <= answers.count * 2 else {
      return nil
    }
    classes = truths.union(answers.map(\.predicted)).sorted()
    guard classes.count <= 2000 else { return nil }
    let places = Dictionary(
      uniqueKeysWithValues: zip(classes, classes.indices))
    counts = [[Int]](
      repeating: [Int](repeating: 0, count: places.count), count: places.count)
    for answer in answers {
      guard let t = places[answer.truth], let p = places[answer.predicted]
      else { continue }
      counts[t][p] += 1
    }
  }

  struct Class {
    var name: String
    var count: Int
    /// Right of those that are it; right of those that were said to be it.
    var recall: Double
    var precision: Double?
    /// What it is most often taken for, and how often.
    var confused: (String, Int)?

    var f1: Double {
      guard let precision, precision + recall > 0 else { return 0 }
      return 2 * precision * recall / (precision + recall)
    }
  }

  /// Of every class that occurs, the one with the lowest recall first.
  var perClass: [Class] {
    let said = classes.indices.map { p in
      counts.reduce(0) { $0 + $1[p] }
    }
    return classes.indices.compactMap { t -> Class? in
      let total = counts[t].reduce(0, +)
      guard total > 0 else { return nil }
      let wrong = classes.indices.filter { $0 != t && counts[t][$0] > 0 }
      return Class(
        name: classes[t], count: total,
        recall: Double(counts[t][t]) / Double(total),
        precision: said[t] > 0
          ? Double(counts[t][t]) / Double(said[t]) : nil,
        confused: wrong.max { counts[t][$0] < counts[t][$1] }
          .map { (classes[$0], counts[t][$0]) })
    }
    .sorted { ($0.recall, $0.name) < ($1.recall, $1.name) }
  }
}
