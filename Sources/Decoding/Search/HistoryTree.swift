/// What the hypotheses of one utterance have said so far, as a tree, with the
/// language model's state and score at each node.
///
/// Two hypotheses are alike only if they said the same words, as in
/// flashlight-text, so a node is a state of the search. Each pair of history
/// and next word is scored once, however many hypotheses and frames ask.
final class HistoryTree {
  struct Node: BitwiseCopyable {
    /// The history before, and the label that was added to it.
    var key: UInt64
    /// The language model's state.
    var state: UInt32
    /// log₁₀ of the label after the history before.
    var score: Float
  }

  private let model: NGramModel?
  /// The model's number of each label, a word or a token.
  private let labels: [UInt32]
  private let nodes = FlatArray<Node>(capacity: 1 << 12)
  /// Nodes by key, open addressing; −1 if empty.
  private var slots = FlatArray<Int32>(repeating: -1, count: 1 << 13)
  private var shift = UInt64(64 - 13)

  /// - Parameter labels: the names of the labels by number.
  init(_ model: NGramModel?, labels: [String]) {
    self.model = model
    self.labels = model.map { model in labels.map(model.index) } ?? []
  }

  /// Forgets all but the empty history, which is node 0.
  func reset() {
    slots.base.update(repeating: -1, count: slots.count)
    nodes.removeAll()
    nodes.append(
      Node(
        key: .max, state: model?.start ?? NGramTrie.root, score: 0))
  }

  /// No label scores more after any history.
  var largestScore: Double { Double(model?.largestScore ?? 0) }

  @inline(__always)
  func score(_ history: Int32) -> Float { nodes[Int(history)].score }

  /// The history that `label` makes of `history`.
  @inline(__always)
  func child(_ history: Int32, _ label: Int32) -> Int32 {
    let key =
      UInt64(UInt32(bitPattern: history)) << 32
      | UInt64(UInt32(bitPattern: label))
    let mask = slots.count - 1
    var slot = slot(of: key)
    while true {
      let found = slots[slot]
      if found < 0 { break }
      if nodes[Int(found)].key == key { return found }
      slot = (slot + 1) & mask
    }
    return add(key, history, label, slot)
  }

  /// log₁₀ of the sentence's end after a history.
  func finish(_ history: Int32) -> Float {
    guard let model else { return 0 }
    return model.score(nodes[Int(history)].state, model.sentenceEnd).score
  }

  @inline(never)
  private func add(
    _ key: UInt64, _ history: Int32, _ label: Int32, _ slot: Int
  ) -> Int32 {
    let index = Int32(nodes.count)
    if let model {
      let (score, state) = model.score(
        nodes[Int(history)].state, labels[Int(label)])
      nodes.append(Node(key: key, state: state, score: score))
    } else {
      nodes.append(Node(key: key, state: NGramTrie.root, score: 0))
    }
    slots[slot] = index
    if nodes.count * 2 > slots.count { grow() }
    return index
  }

  private func grow() {
    shift -= 1
    slots = FlatArray(repeating: -1, count: slots.count * 2)
    for index in 1..<nodes.count {
      var slot = slot(of: nodes[index].key)
      while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = Int32(index)
    }
  }

  @inline(__always)
  private func slot(of key: UInt64) -> Int {
    Int(truncatingIfNeeded: (key &* 0x9e37_79b9_7f4a_7c15) >> shift)
  }
}
