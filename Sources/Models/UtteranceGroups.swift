/// Which utterances go through a model in one pass.
package enum UtteranceGroups {
  /// Seconds of audio in a pass of several: enough rows for the products, and
  /// no more room than one long utterance takes.
  private static let longest = 8.0

  /// Cuts a list of utterances into passes of neighbours: as many as are
  /// short enough together, without leaving a thread idle.
  ///
  /// - Parameters:
  ///   - seconds: each utterance's length.
  ///   - threads: that will share the passes.
  package static func ranges(
    ofSeconds seconds: [Double], threads: Int
  ) -> [Range<Int>] {
    let each = seconds.reduce(0, +) / Double(2 * max(1, threads))
    let bound = min(longest, each)
    var groups: [Range<Int>] = []
    var sum = 0.0
    for (index, length) in seconds.enumerated() {
      if let last = groups.last, sum + length <= bound {
        groups[groups.count - 1] = last.lowerBound..<index + 1
        sum += length
      } else {
        groups.append(index..<index + 1)
        sum = length
      }
    }
    return groups
  }
}
