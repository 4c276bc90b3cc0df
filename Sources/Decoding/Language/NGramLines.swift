import Foundation

/// N-grams of one order as a stretch of an ARPA file's lines has them, read
/// on any thread.
///
/// Only what is plainly right is taken: at the first line that is not, reading
/// stops, and whoever asked looks at that line again, at leisure.
final class NGramLines {
  /// What reading needs of the model so far. Nothing of it may change
  /// meanwhile.
  struct Context {
    let order: Int
    /// N-grams of the highest order have no back-off weight.
    let isHighest: Bool
    let vocabulary: Vocabulary
    /// Of the orders below.
    let nodes: UnsafePointer<NGramTrie.Node>
    let trie: NGramTrie
  }

  let contexts = FlatArray<UInt32>(capacity: 1 << 10)
  let words = FlatArray<UInt32>(capacity: 1 << 10)
  let probabilities = FlatArray<Float>(capacity: 1 << 10)
  let backoffs = FlatArray<Float>(capacity: 1 << 10)
  /// What the n-grams and their lines' ends take of the stretch.
  private(set) var byteCount = 0
  private let numbers = FlatArray<UInt32>(capacity: 16)
  private let path = FlatArray<UInt32>(capacity: 16)

  var count: Int { words.count }

  /// Reads whole lines.
  func read(_ lines: UnsafeRawBufferPointer, _ context: Context) {
    for list in [contexts, words, numbers, path] { list.removeAll() }
    probabilities.removeAll()
    backoffs.removeAll()
    byteCount = 0
    for _ in 0..<context.order {
      numbers.append(.max)
      path.append(.max)
    }
    guard let base = lines.baseAddress?.assumingMemoryBound(to: UInt8.self)
    else { return }
    var start = 0
    while start < lines.count,
      let end = memchr(base + start, 0x0a, lines.count - start)
    {
      let next = UnsafeRawPointer(end) - UnsafeRawPointer(base) + 1
      var last = next - 1
      if last > start, base[last - 1] == 0x0d { last -= 1 }
      guard take(base + start, last - start, context) else { return }
      start = next
      byteCount = next
    }
  }

  /// Takes one line; false if it is not plainly right.
  private func take(
    _ line: UnsafePointer<UInt8>, _ length: Int, _ context: Context
  ) -> Bool {
    let order = context.order
    var place = 0
    guard let first = field(line, length, &place),
      let probability = first.decimal(), probability <= 0
    else { return false }
    var changed = order - 1
    var last: UInt32 = 0
    for index in 0..<order {
      guard let word = field(line, length, &place),
        let number = number(word, context)
      else { return false }
      if index == order - 1 {
        last = number
      } else if numbers[index] != number {
        numbers[index] = number
        changed = min(changed, index)
      }
    }
    var backoff: Float = 0
    if let text = field(line, length, &place) {
      guard let value = text.decimal(), !context.isHighest || value == 0,
        field(line, length, &place) == nil
      else { return false }
      backoff = value
    }
    for index in changed..<order - 1 {
      guard index > 0 else {
        path[0] = numbers[0]
        continue
      }
      let parent = Int(path[index - 1])
      guard
        let child = context.trie.child(
          numbers[index], context.nodes[parent].firstChild,
          context.nodes[parent + 1].firstChild)
      else { return false }
      path[index] = child
    }
    contexts.append(path[order - 2])
    words.append(last)
    probabilities.append(probability)
    backoffs.append(backoff)
    return true
  }

  /// The next run of bytes without spaces and tabs; nil behind the last one.
  @inline(__always)
  private func field(
    _ line: UnsafePointer<UInt8>, _ length: Int, _ place: inout Int
  ) -> UnsafeRawBufferPointer? {
    while place < length, line[place] == 0x20 || line[place] == 0x09 {
      place += 1
    }
    guard place < length else { return nil }
    let first = place
    while place < length, line[place] != 0x20, line[place] != 0x09 {
      place += 1
    }
    return UnsafeRawBufferPointer(start: line + first, count: place - first)
  }

  @inline(__always)
  private func number(
    _ word: UnsafeRawBufferPointer, _ context: Context
  ) -> UInt32? {
    if let known = context.vocabulary.find(word) { return known }
    return word.elementsEqual("<UNK>".utf8) ? 0 : nil
  }
}
