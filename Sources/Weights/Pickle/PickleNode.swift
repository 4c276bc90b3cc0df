/// One value of a pickle, with what is needed to look into it.
package struct PickleNode: Sendable {
  let heap: PickleHeap
  let value: PickleValue

  /// The value under a key of a dictionary, or an attribute of an object.
  ///
  /// The containers of OmegaConf, in which some trainers keep their
  /// settings, are looked through: what they hold is `_content`, and a leaf
  /// is an object whose `_val` is the value.
  package subscript(key: String) -> PickleNode? {
    guard let pairs else { return nil }
    // What was set last holds.
    for start in stride(from: pairs.count - 2, through: 0, by: -2)
    where pairs[start] == .text(key) {
      return node(pairs[start + 1]).leaf
    }
    return nil
  }

  /// The entries of a dictionary whose keys are strings, in their order; a
  /// key that was set twice is there once, with what was set last.
  package var entries: [(key: String, node: PickleNode)] {
    guard case .dictionary(let index) = value else { return [] }
    let pairs = heap.dictionaries[index]
    var places: [String: Int] = [:]
    var entries: [(key: String, node: PickleNode)] = []
    for start in stride(from: 0, to: pairs.count, by: 2) {
      guard case .text(let key) = pairs[start] else { continue }
      let node = node(pairs[start + 1])
      if let place = places[key] {
        entries[place].node = node
      } else {
        places[key] = entries.count
        entries.append((key, node))
      }
    }
    return entries
  }

  package var bool: Bool? {
    if case .bool(let bool) = value { return bool }
    return nil
  }

  package var integer: Int? {
    if case .integer(let number) = value { return number }
    return nil
  }

  /// A number of either kind.
  package var real: Double? {
    if case .real(let number) = value { return number }
    return integer.map(Double.init)
  }

  package var text: String? {
    if case .text(let text) = value { return text }
    return nil
  }

  /// Whether it is a dictionary or an object.
  package var isContainer: Bool { pairs != nil }

  private func node(_ value: PickleValue) -> PickleNode {
    PickleNode(heap: heap, value: value)
  }

  /// The keys and values to look a key up in.
  private var pairs: [PickleValue]? {
    switch value {
    case .dictionary(let index): return heap.dictionaries[index]
    case .object(let index):
      guard case .dictionary(let state) = heap.objects[index].state else {
        return nil
      }
      let pairs = heap.dictionaries[state]
      for start in stride(from: 0, to: pairs.count - 1, by: 2)
      where pairs[start] == .text("_content") {
        if case .dictionary(let content) = pairs[start + 1] {
          return heap.dictionaries[content]
        }
      }
      return pairs
    default: return nil
    }
  }

  /// The value itself where this is a leaf of OmegaConf's.
  private var leaf: PickleNode {
    guard case .object(let index) = value,
      case .dictionary(let state) = heap.objects[index].state
    else { return self }
    let pairs = heap.dictionaries[state]
    for start in stride(from: 0, to: pairs.count - 1, by: 2)
    where pairs[start] == .text("_val") {
      return node(pairs[start + 1])
    }
    return self
  }
}
