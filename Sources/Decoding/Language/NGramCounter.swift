import Diagnostics

/// Counts all n-grams of a text up to an order, as a trie from the oldest word
/// to the newest.
struct NGramCounter {
  /// An n-gram.
  struct Node: BitwiseCopyable {
    /// The n-gram without its last word; −1 for the root.
    var parent: Int32
    /// Its last word.
    var word: UInt32
    /// The n-gram without its first word.
    var suffix: Int32
    /// How many words it has.
    var order: Int32
    /// How often it is there.
    var count: UInt32
    /// Before how many different words less it is there: how many n-grams of
    /// the next order end in it.
    var continuations: UInt32
  }

  let order: Int
  let vocabulary = VocabularyBuilder()
  /// The root is 0. A node's parent and suffix come before it.
  let nodes = FlatArray<Node>(capacity: 1 << 12)
  private var slots = FlatArray<Int32>(repeating: -1, count: 1 << 13)
  private var shift = UInt64(64 - 13)
  private(set) var sentences = 0

  /// The marks' numbers.
  static let unknown: UInt32 = 0
  static let start: UInt32 = 1
  static let end: UInt32 = 2

  init(order: Int) {
    self.order = order
    for mark in ["<unk>", "<s>", "</s>"] { _ = vocabulary.insert(mark) }
    nodes.append(
      Node(
        parent: -1, word: 0, suffix: -1, order: 0, count: 0, continuations: 0))
  }

  /// Counts the n-grams of one sentence.
  ///
  /// - Throws: `UserError` if a sentence mark is among the words.
  mutating func add(
    _ line: UnsafeRawBufferPointer, _ fields: Fields, _ lines: LineReader
  ) throws {
    guard fields.count > 0 else { return }
    var words = [Self.start]
    for index in 0..<fields.count {
      let word = vocabulary.insert(fields.bytes(index, of: line)).index
      guard word != Self.start, word != Self.end else {
        throw lines.error(
          "'\(fields.text(index, of: line))' is among the words",
          fix: "leave sentence marks out; they are put in")
      }
      words.append(word)
    }
    words.append(Self.end)
    sentences += 1
    // The n-grams that end at each word, from the longest: each one's suffix
    // is the next, so that no search is needed for it.
    var previous: [Int32] = [0]
    for word in words {
      var current: [Int32] = [0]
      for context in previous.prefix(order) {
        let (node, isNew) = child(context, word)
        nodes.base[Int(node)].count += 1
        if isNew, let suffix = current.last {
          nodes.base[Int(node)].suffix = suffix
          nodes.base[Int(suffix)].continuations += 1
        }
        current.append(node)
      }
      previous = current
    }
  }

  /// The n-gram that a word makes of another.
  func find(_ parent: Int32, _ word: UInt32) -> Int32? {
    var slot = slot(parent, word)
    while slots[slot] >= 0 {
      let node = nodes[Int(slots[slot])]
      if node.parent == parent, node.word == word { return slots[slot] }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  private mutating func child(
    _ parent: Int32, _ word: UInt32
  ) -> (node: Int32, isNew: Bool) {
    if let known = find(parent, word) { return (known, false) }
    let index = Int32(nodes.count)
    nodes.append(
      Node(
        parent: parent, word: word, suffix: 0,
        order: nodes[Int(parent)].order + 1, count: 0, continuations: 0))
    if nodes.count * 2 > slots.count {
      slots = FlatArray(repeating: -1, count: slots.count * 2)
      shift -= 1
      for node in 1..<nodes.count { place(Int32(node)) }
    } else {
      place(index)
    }
    return (index, true)
  }

  private func place(_ index: Int32) {
    let node = nodes[Int(index)]
    var slot = slot(node.parent, node.word)
    while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
    slots[slot] = index
  }

  private func slot(_ parent: Int32, _ word: UInt32) -> Int {
    let key = UInt64(UInt32(bitPattern: parent)) << 32 | UInt64(word)
    return Int(
      truncatingIfNeeded: (key &* 0x9e37_79b9_7f4a_7c15) >> shift)
  }
}
