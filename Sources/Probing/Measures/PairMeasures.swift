/// How well the cosine of two vectors tells whether they are of one class.
struct PairMeasures {
  /// Average precision over all pairs, those of one class being wanted; nil
  /// if there is none of these, or nothing else.
  private(set) var sameDifferent: Double?
  /// Mean over vectors of the average precision of looking for their class
  /// among all others; those that are alone in theirs look for nothing.
  private(set) var retrieval: Double?

  /// More vectors than these are thinned, evenly along the split: pairs grow
  /// with the square.
  static let mostVectors = 1500

  init(_ all: Embeddings) {
    let vectors = all.spread(over: Self.mostVectors).normalized()
    let count = vectors.count
    guard count > 1 else { return }
    let similar = vectors.products(0..<count, with: vectors)
    let classes = vectors.classes
    var pairs: [UInt64] = []
    pairs.reserveCapacity(count * (count - 1) / 2)
    var row: [UInt64] = []
    var sum = 0.0
    var looking = 0
    for i in 0..<count {
      row.removeAll(keepingCapacity: true)
      for j in 0..<count where j != i {
        // Either half may differ in the last bit; one of them is taken.
        let value = similar[min(i, j) * count + max(i, j)]
        let key = Self.key(value, isWanted: classes[i] == classes[j])
        row.append(key)
        if j > i { pairs.append(key) }
      }
      row.sort()
      if let precision = Self.averagePrecision(row) {
        sum += precision
        looking += 1
      }
    }
    pairs.sort()
    let isMixed = Set(classes).count > 1
    sameDifferent = isMixed ? Self.averagePrecision(pairs) : nil
    retrieval = isMixed && looking > 0 ? sum / Double(looking) : nil
  }

  /// A number that is smaller the larger the value is; the lowest bit says
  /// whether it is wanted.
  private static func key(_ value: Float, isWanted: Bool) -> UInt64 {
    let bits = value.bitPattern
    let rising = bits >> 31 == 1 ? ~bits : bits | 1 << 31
    return UInt64(~rising) << 1 | (isWanted ? 1 : 0)
  }

  /// Of keys in rising order. What has the same value is found together: the
  /// precision behind all of it counts for each.
  private static func averagePrecision(_ keys: [UInt64]) -> Double? {
    var (sum, found, seen) = (0.0, 0, 0)
    var start = 0
    while start < keys.count {
      var end = start
      var wanted = 0
      while end < keys.count, keys[end] >> 1 == keys[start] >> 1 {
        wanted += Int(keys[end] & 1)
        end += 1
      }
      found += wanted
      seen += end - start
      sum += Double(wanted) * Double(found) / Double(seen)
      start = end
    }
    return found > 0 ? sum / Double(found) : nil
  }
}
