/// The known name that a mistyped one most likely stood for.
package enum Suggestion {
  /// The nearest of `known`, if it is near enough to be worth naming: at most
  /// a third of the letters differ. Ties go to the first in `known`.
  package static func nearest(
    to name: String, among known: some Sequence<String>
  ) -> String? {
    let typed = Array(name.lowercased())
    var best: (name: String, distance: Int)?
    for candidate in known
    where candidate.utf8.count <= 16 + 4 * name.utf8.count {
      let distance = editDistance(typed, Array(candidate.lowercased()))
      let longest = max(typed.count, candidate.count)
      guard distance * 3 <= max(longest, 3), distance < longest else {
        continue
      }
      if best.map({ distance < $0.distance }) ?? true {
        best = (candidate, distance)
      }
    }
    return best?.name
  }

  /// "did you mean 'ks'?", or the list of what there is.
  package static func fix(
    for name: String, among known: some Collection<String>
  ) -> String {
    if let near = nearest(to: name, among: known) {
      return "did you mean '\(near)'?"
    }
    return known.isEmpty
      ? "there are none" : "known: " + known.joined(separator: ", ")
  }

  /// Levenshtein's distance with swaps of neighbours counted as one.
  static func editDistance(_ a: [Character], _ b: [Character]) -> Int {
    if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    for i in 1...a.count {
      var row = [i] + [Int](repeating: 0, count: b.count)
      for j in 1...b.count {
        let cost = a[i - 1] == b[j - 1] ? 0 : 1
        row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + cost)
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
          row[j] = min(row[j], beforeLast[j - 2] + 1)
        }
      }
      (beforeLast, last) = (last, row)
    }
    return last[b.count]
  }
}
