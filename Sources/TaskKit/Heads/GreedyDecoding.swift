/// What a CTC model says without a language model: the likeliest symbol of
/// each frame, runs of one symbol made one, blanks left out.
public enum GreedyDecoding {
  /// Symbol numbers of each utterance. `scores` is [offsets.last, C]; only
  /// their order within a row matters. Empty for a null tensor.
  public static func labels(
    _ scores: Tensor, _ offsets: [Int64], without dropped: Set<Int>
  ) -> [[Int]] {
    let best = scores.argmax()
    guard let end = offsets.last, best.count == Int(end) else { return [] }
    return zip(offsets, offsets.dropFirst()).map { start, end in
      collapsed(best[Int(start)..<Int(end)], without: dropped)
    }
  }

  /// Runs of one label made one, then the dropped ones taken out: what a
  /// blank separates stays apart.
  public static func collapsed(
    _ labels: some Collection<Int>, without dropped: Set<Int>
  ) -> [Int] {
    var last: Int?
    return labels.filter { label in
      defer { last = label }
      return label != last && !dropped.contains(label)
    }
  }
}
