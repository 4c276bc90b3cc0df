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
    pairs.flatMap { Self.value(key, in: $0) }.map { node($0).leaf }
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

  /// The items of a list, tuple or set; none of anything else.
  package var items: [PickleNode] {
    (heap.items(value) ?? []).map(node)
  }

  package var bool: Bool? {
    if case .bool(let bool) = value { bool } else { nil }
  }

  package var integer: Int? {
    if case .integer(let number) = value { number } else { nil }
  }

  /// A number of either kind.
  package var real: Double? {
    if case .real(let number) = value { return number }
    return integer.map(Double.init)
  }

  package var text: String? {
    if case .text(let text) = value { text } else { nil }
  }

  /// Whether it is a dictionary or an object.
  package var isContainer: Bool { pairs != nil }

  private func node(_ value: PickleValue) -> PickleNode {
    PickleNode(heap: heap, value: value)
  }

  /// What was set last under a key, of keys and values in turn.
  private static func value(
    _ key: String, in pairs: [PickleValue]
  ) -> PickleValue? {
    stride(from: pairs.count - 2, through: 0, by: -2)
      .first { pairs[$0] == .text(key) }.map { pairs[$0 + 1] }
  }

  /// The attributes of an object.
  private var attributes: [PickleValue]? {
    guard case .object(let index) = value,
      case .dictionary(let state) = heap.objects[index]
    else { return nil }
    return heap.dictionaries[state]
  }

  /// The keys and values to look a key up in.
  private var pairs: [PickleValue]? {
    if case .dictionary(let index) = value { return heap.dictionaries[index] }
    guard let attributes else { return nil }
    if case .dictionary(let content) = Self.value("_content", in: attributes) {
      return heap.dictionaries[content]
    }
    return attributes
  }

  /// The value itself where this is a leaf of OmegaConf's.
  private var leaf: PickleNode {
    attributes.flatMap { Self.value("_val", in: $0) }.map(node) ?? self
  }
}
