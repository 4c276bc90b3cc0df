/// Levenshtein's distance: the fewest substitutions, deletions and insertions
/// that turn one sequence into another.
public enum EditDistance {
  /// The distance between two sequences of hashable tokens.
  ///
  /// Works on 64 tokens of the reference at a time (Myers 1999, in the form
  /// of Hyyrö 2003): O(⌈n/64⌉·m) time, O(n + m) memory.
  public static func between<Token: Hashable>(
    _ hypothesis: some Collection<Token>, _ reference: some Collection<Token>
  ) -> Int {
    let codes = TokenCodes(hypothesis: hypothesis, reference: reference)
    return BitParallelColumns.distance(codes)
  }
}

/// Two sequences with their tokens numbered and their common beginning and
/// end cut off, which never takes part in an edit.
struct TokenCodes {
  var hypothesis: ArraySlice<Int32>
  var reference: ArraySlice<Int32>
  /// How many different tokens there are.
  var distinct: Int
  /// How many equal tokens were cut off in front and behind.
  var prefix = 0
  var suffix = 0

  init<Token: Hashable>(
    hypothesis: some Collection<Token>, reference: some Collection<Token>
  ) {
    var codes: [Token: Int32] = [:]
    func code(_ token: Token) -> Int32 {
      let next = Int32(codes.count)
      if let known = codes[token] { return known }
      codes[token] = next
      return next
    }
    self.reference = reference.map(code)[...]
    self.hypothesis = hypothesis.map(code)[...]
    distinct = codes.count
    while let a = self.hypothesis.first, a == self.reference.first {
      self.hypothesis.removeFirst()
      self.reference.removeFirst()
      prefix += 1
    }
    while let a = self.hypothesis.last, a == self.reference.last {
      self.hypothesis.removeLast()
      self.reference.removeLast()
      suffix += 1
    }
  }
}

/// The table of edit distances as differences between neighbours, one bit
/// each: 64 reference tokens make a block, and a block is carried along the
/// whole hypothesis before the next one starts, so that only one block's
/// table of matches is needed.
struct BitParallelColumns {
  /// For block b and hypothesis position j, at `b * width + j`: where the
  /// distance grows by one from a reference token to the next …
  private(set) var growing: [UInt64] = []
  /// … and where it shrinks by one.
  private(set) var shrinking: [UInt64] = []
  private let width: Int
  let distance: Int

  /// The distance alone, without keeping the table.
  static func distance(_ codes: TokenCodes) -> Int {
    BitParallelColumns(codes, keeping: false).distance
  }

  /// The whole table: n·m/4 bytes.
  init(_ codes: TokenCodes) { self.init(codes, keeping: true) }

  private init(_ codes: TokenCodes, keeping: Bool) {
    let pattern = Array(codes.reference)
    let text = codes.hypothesis.map(Int.init)
    width = text.count
    let blocks = (pattern.count + 63) / 64
    if keeping {
      growing.reserveCapacity(blocks * width)
      shrinking.reserveCapacity(blocks * width)
    }
    // How the distance changes from one hypothesis token to the next, along
    // the row above the block: by +1 above the first.
    var along = [Int8](repeating: 1, count: width)
    var matches = [UInt64](repeating: 0, count: codes.distinct)
    for start in stride(from: 0, to: pattern.count, by: 64) {
      let block = pattern[start..<min(start + 64, pattern.count)]
      for (bit, token) in block.enumerated() {
        matches[Int(token)] |= 1 << UInt64(bit)
      }
      let lastBit: UInt64 = 1 << UInt64(block.count - 1)
      var grows = ~UInt64(0)
      var shrinks = UInt64(0)
      for j in 0..<width {
        let entering = along[j]
        var equal = matches[text[j]]
        let vertical = equal | shrinks
        if entering < 0 { equal |= 1 }
        let horizontal = (((equal & grows) &+ grows) ^ grows) | equal
        var up = shrinks | ~(horizontal | grows)
        var down = grows & horizontal
        along[j] = up & lastBit != 0 ? 1 : (down & lastBit != 0 ? -1 : 0)
        up = up << 1 | (entering > 0 ? 1 : 0)
        down = down << 1 | (entering < 0 ? 1 : 0)
        grows = down | ~(vertical | up)
        shrinks = up & vertical
        if keeping {
          growing.append(grows)
          shrinking.append(shrinks)
        }
      }
      for token in block { matches[Int(token)] = 0 }
    }
    distance = along.reduce(pattern.count) { $0 + Int($1) }
  }

  /// Whether leaving out reference token `i` is the last step of a shortest
  /// way to (i, j), both counted from 0.
  func grows(_ i: Int, _ j: Int) -> Bool {
    growing[i / 64 * width + j] >> UInt64(i % 64) & 1 == 1
  }

  /// Whether the distance at (i, j) is below that at (i − 1, j).
  func shrinks(_ i: Int, _ j: Int) -> Bool {
    shrinking[i / 64 * width + j] >> UInt64(i % 64) & 1 == 1
  }
}
