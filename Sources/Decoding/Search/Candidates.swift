/// A hypothesis of the beam after a frame.
struct BeamEntry: BitwiseCopyable {
  var score: Double
  /// The acoustic model's part of the score.
  var acoustic: Double
  /// The language model's part, without its weight.
  var language: Double
  /// What was said: a node of the ``HistoryTree``.
  var history: Int32
  /// Where the word being said is: a node of the ``LexiconTrie``.
  var node: Int32
  var token: Int32
  var isBlank: Bool
  /// Its place in the ``TraceStore``.
  var trace: Int32
}

/// A hypothesis that one of the beam may become in the next frame.
struct Candidate: BitwiseCopyable {
  var score: Double
  /// What the language model adds.
  var language: Double
  var history: Int32
  var node: Int32
  /// Twice the token, and one if it is the blank.
  var label: Int32
  /// The word that ends here; −1 for none.
  var word: Int32
  /// The entry of the beam that it comes from.
  var parent: Int32

  /// Whether two candidates are one hypothesis.
  @inline(__always)
  func meets(_ other: Candidate) -> Bool {
    history == other.history && node == other.node && label == other.label
  }

  @inline(__always)
  var hash: UInt64 {
    let key =
      (UInt64(UInt32(bitPattern: history)) << 32
        | UInt64(UInt32(bitPattern: node)))
      &* 0x9e37_79b9_7f4a_7c15
      ^ UInt64(UInt32(bitPattern: label)) &* 0xc2b2_ae3d_27d4_eb4f
    return (key ^ (key >> 29)) &* 0xbf58_476d_1ce4_e5b9
  }
}

/// The candidates of one frame that are not hopeless when they are proposed.
///
/// A value that the proposing loop keeps in registers; the memory is the
/// search's.
struct CandidateList {
  private let storage: FlatArray<Candidate>
  private let threshold: Double
  private(set) var best = -Double.infinity
  /// Below this a candidate is dropped.
  private(set) var limit = -Double.infinity

  init(_ storage: FlatArray<Candidate>, threshold: Double) {
    storage.removeAll()
    self.storage = storage
    self.threshold = threshold
  }

  @inline(__always)
  mutating func add(_ candidate: Candidate) {
    if candidate.score >= best {
      best = candidate.score
      limit = best - threshold
    }
    if candidate.score >= limit { storage.append(candidate) }
  }

  /// Whether nothing that scores at most this is worth proposing; a little
  /// is left for the rounding of the bound.
  @inline(__always)
  func excludes(_ bound: Double) -> Bool { bound < limit - 1e-3 }
}

/// Which token and word each hypothesis of each frame had, and where it came
/// from: what is needed to tell it in the end.
struct TraceStore {
  struct Entry: BitwiseCopyable {
    var parent: Int32
    var token: Int32
    var word: Int32
  }

  let entries = FlatArray<Entry>(capacity: 1 << 14)

  /// - Returns: the entry's place.
  @inline(__always)
  func append(parent: Int32, token: Int32, word: Int32) -> Int32 {
    entries.append(Entry(parent: parent, token: token, word: word))
    return Int32(entries.count - 1)
  }
}
