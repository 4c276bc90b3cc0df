import Foundation

/// How a node of the lexicon's trie stands for the words below it.
package enum Smearing: String, CaseIterable, Sendable {
  /// Not at all: the language model speaks at a word's end alone.
  case none
  /// By the best of them.
  case max
  /// By the sum of their probabilities.
  case logadd
}

/// The spellings of a lexicon as a trie in one flat block.
///
/// Nodes lie level by level; a node's children are a range, sorted by token,
/// and so are the words that end at it. The root is node 0.
final class LexiconTrie {
  struct Node: BitwiseCopyable {
    /// Its first child; the last is before the next node's first.
    var firstChild: Int32
    /// Its first word in `labels`, likewise.
    var firstLabel: Int32
    /// The token that leads to it.
    var token: Int32
    /// What stands for the words below; 0 without smearing.
    var score: Float
  }

  /// As flashlight-text has it: of words spelled alike, later ones are left
  /// out.
  static let largestLabelCount = 6

  let nodes: FlatArray<Node>
  /// The numbers of words.
  let labels: FlatArray<Int32>
  /// Words that were left out because too many are spelled alike.
  let omitted: Int

  /// - Parameter scores: of each word, log₁₀ at the beginning of a sentence.
  init(_ lexicon: Lexicon, scores: [Float], smearing: Smearing) {
    let tokens = lexicon.tokens
    let starts = lexicon.starts
    let order = (0..<lexicon.count).sorted { a, b in
      let left = tokens[starts[a]..<starts[a + 1]]
      let right = tokens[starts[b]..<starts[b + 1]]
      if left.lexicographicallyPrecedes(right) { return true }
      return left.elementsEqual(right) && a < b
    }
    nodes = FlatArray(capacity: tokens.count / 2 + 2)
    labels = FlatArray(capacity: lexicon.count + 1)
    var omitted = 0
    // The spellings below each node as a range of `order`, and its depth.
    var queue: [(first: Int, last: Int, depth: Int)] = [(0, order.count, 0)]
    nodes.append(Node(firstChild: 0, firstLabel: 0, token: -1, score: 0))
    var index = 0
    while index < queue.count {
      var (position, last, depth) = queue[index]
      nodes.base[index].firstChild = Int32(queue.count)
      nodes.base[index].firstLabel = Int32(labels.count)
      var labelCount = 0
      while position < last,
        starts[order[position] + 1] - starts[order[position]] == depth
      {
        if labelCount < Self.largestLabelCount {
          labels.append(lexicon.spelledWords[order[position]])
          labelCount += 1
        } else {
          omitted += 1
        }
        position += 1
      }
      while position < last {
        let token = tokens[starts[order[position]] + depth]
        let first = position
        while position < last,
          tokens[starts[order[position]] + depth] == token
        { position += 1 }
        queue.append((first, position, depth + 1))
        nodes.append(
          Node(firstChild: 0, firstLabel: 0, token: token, score: 0))
      }
      index += 1
    }
    nodes.append(
      Node(
        firstChild: Int32(index), firstLabel: Int32(labels.count), token: -1,
        score: 0))
    self.omitted = omitted
    if smearing != .none { smear(scores, smearing) }
  }

  /// Nodes in all; there is one more at the end of the block, for its ranges.
  var count: Int { nodes.count - 1 }

  /// From the deepest level up: words spelled alike add their probabilities,
  /// whatever the mode, as in flashlight-text.
  private func smear(_ scores: [Float], _ smearing: Smearing) {
    for index in stride(from: count - 1, through: 0, by: -1) {
      var score = -Float.infinity
      for label in nodes[index].firstLabel..<nodes[index + 1].firstLabel {
        score = Self.logAdd(score, scores[Int(labels[Int(label)])])
      }
      for child in nodes[index].firstChild..<nodes[index + 1].firstChild {
        let below = nodes[Int(child)].score
        score = smearing == .max ? max(score, below) : Self.logAdd(score, below)
      }
      nodes.base[index].score = score
    }
  }

  private static func logAdd(_ a: Float, _ b: Float) -> Float {
    let high = Double(max(a, b))
    let difference = Double(min(a, b)) - high
    // Also where both are −∞ and the difference is no number.
    guard difference >= -39.14 else { return Float(high) }
    return Float(high + log1p(exp(difference)))
  }
}
