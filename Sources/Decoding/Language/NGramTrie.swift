/// N-grams from the oldest word to the newest.
///
/// Nodes lie order by order, each order sorted by context and then by word, so
/// that a node's children are a range and its number needs no room. A node of
/// an order below the highest also links to its longest proper suffix, which
/// makes a node the whole state of the model: what was said before and how far
/// it matters. The highest order's n-grams are never a context and take eight
/// bytes.
///
/// A view: the blocks are someone else's and must outlive it.
struct NGramTrie {
  /// An n-gram that can be a context.
  struct Node: BitwiseCopyable {
    /// Its last word.
    var word: UInt32
    /// log₁₀ of the last word's probability after the others.
    var probability: Float
    /// log₁₀ of the weight of shorter contexts where this one fails.
    var backoff: Float
    /// The node of its longest proper suffix that the model has; the root
    /// for single words.
    var suffix: UInt32
    /// Its first child; the last is before the next node's first.
    var firstChild: UInt32
  }

  /// An n-gram of the highest order.
  struct Leaf: BitwiseCopyable {
    var word: UInt32
    var probability: Float
  }

  /// The empty context.
  static let root = UInt32.max

  let nodes: UnsafePointer<Node>
  /// Leaves, numbered on from the last node.
  let leaves: UnsafePointer<Leaf>
  let leafBase: UInt32

  /// The sum begins at the n-gram that was found and takes the back-off
  /// weights from the shortest context to the longest, as KenLM's does: in
  /// single precision the order shows.
  func walk(
    _ state: UInt32, _ word: UInt32, _ next: inout UInt32
  ) -> Float {
    if state == Self.root {
      // A model of single words has no nodes, and its state never changes.
      if leafBase == 0 { return leaves[Int(word)].probability }
      next = word
      return nodes[Int(word)].probability
    }
    let context = nodes[Int(state)]
    let first = context.firstChild
    let last = nodes[Int(state) + 1].firstChild
    if let found = child(word, first, last) {
      if found < leafBase {
        next = found
        return nodes[Int(found)].probability
      }
      next = suffix(after: context.suffix, word)
      return leaves[Int(found - leafBase)].probability
    }
    return walk(context.suffix, word, &next) + context.backoff
  }

  /// The longest context that the model has and that ends in `word` after
  /// `state`.
  func suffix(after state: UInt32, _ word: UInt32) -> UInt32 {
    var state = state
    while state != Self.root {
      let node = nodes[Int(state)]
      if let found = child(
        word, node.firstChild, nodes[Int(state) + 1].firstChild)
      {
        return found
      }
      state = node.suffix
    }
    return word
  }

  /// Finds a word among the children `first..<last`, which are sorted.
  @inline(__always)
  func child(_ word: UInt32, _ first: UInt32, _ last: UInt32) -> UInt32? {
    var low = Int(first)
    var count = Int(last) - low
    guard count > 0 else { return nil }
    if first < leafBase {
      while count > 1 {
        let half = count >> 1
        low = nodes[low + half].word <= word ? low + half : low
        count -= half
      }
      return nodes[low].word == word ? UInt32(low) : nil
    }
    let leaves = leaves
    low -= Int(leafBase)
    while count > 1 {
      let half = count >> 1
      low = leaves[low + half].word <= word ? low + half : low
      count -= half
    }
    return leaves[low].word == word ? UInt32(low) + leafBase : nil
  }
}
