import Foundation

/// Words and their numbers, in three flat blocks: the words' bytes one after
/// the other, where each begins, and an open-addressing table of numbers.
///
/// The blocks are someone else's memory, often a mapped file, and must outlive
/// this view of them.
struct Vocabulary {
  /// UTF-8 of all words, without separators.
  let bytes: UnsafeRawBufferPointer
  /// Where each word begins; one more than there are words.
  let starts: UnsafeBufferPointer<UInt32>
  /// Slots with a word's number plus one; 0 if empty. A power of two long.
  let slots: UnsafeBufferPointer<UInt32>

  /// Words in all.
  var count: Int { starts.count - 1 }

  /// The number of a word; nil if it is not known.
  @inline(__always)
  func find(_ word: UnsafeRawBufferPointer) -> UInt32? {
    guard let key = word.baseAddress, let base = bytes.baseAddress else {
      return nil
    }
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: Self.hash(word)) & mask
    while true {
      let entry = slots[slot]
      if entry == 0 { return nil }
      let first = Int(starts[Int(entry) - 1])
      if Int(starts[Int(entry)]) - first == word.count,
        memcmp(base + first, key, word.count) == 0
      {
        return entry - 1
      }
      slot = (slot + 1) & mask
    }
  }

  func find(_ word: String) -> UInt32? {
    var word = word
    return word.withUTF8 { find(UnsafeRawBufferPointer($0)) }
  }

  subscript(index: UInt32) -> String {
    let range = Int(starts[Int(index)])..<Int(starts[Int(index) + 1])
    return String(decoding: bytes[range], as: UTF8.self)
  }

  /// Eight bytes at a time; the same on every machine.
  @inline(__always)
  static func hash(_ word: UnsafeRawBufferPointer) -> UInt64 {
    var state = 0x9e37_79b9_7f4a_7c15 ^ UInt64(word.count)
    var offset = 0
    while offset + 8 <= word.count {
      state = mixed(
        state
          ^ UInt64(
            littleEndian: word.loadUnaligned(
              fromByteOffset: offset, as: UInt64.self)))
      offset += 8
    }
    var rest: UInt64 = 0
    var shift: UInt64 = 0
    while offset < word.count {
      rest |= UInt64(word[offset]) << shift
      shift += 8
      offset += 1
    }
    return mixed(state ^ rest)
  }

  /// Spreads a key over all 64 bits (the finaliser of SplitMix64).
  @inline(__always)
  static func mixed(_ key: UInt64) -> UInt64 {
    var key = (key ^ (key >> 30)) &* 0xbf58_476d_1ce4_e5b9
    key = (key ^ (key >> 27)) &* 0x94d0_49bb_1331_11eb
    return key ^ (key >> 31)
  }
}

/// A vocabulary that grows word by word.
final class VocabularyBuilder {
  private(set) var bytes = FlatArray<UInt8>(capacity: 1 << 12)
  private(set) var starts = FlatArray<UInt32>(capacity: 1 << 10)
  private(set) var slots = FlatArray<UInt32>(repeating: 0, count: 1 << 10)

  init() { starts.append(0) }

  var count: Int { starts.count - 1 }

  /// What is there so far, valid until the next word is added.
  var view: Vocabulary {
    Vocabulary(
      bytes: bytes.bytes,
      starts: UnsafeBufferPointer(start: starts.base, count: starts.count),
      slots: UnsafeBufferPointer(start: slots.base, count: slots.count))
  }

  func find(_ word: UnsafeRawBufferPointer) -> UInt32? { view.find(word) }

  /// The number of a word, which is added if it is new.
  func insert(_ word: UnsafeRawBufferPointer) -> (index: UInt32, isNew: Bool) {
    if let known = view.find(word) { return (known, false) }
    let index = UInt32(count)
    for byte in word { bytes.append(byte) }
    starts.append(UInt32(bytes.count))
    if (count + 1) * 2 > slots.count { rehash(slots.count * 2) }
    place(index)
    return (index, true)
  }

  func insert(_ word: String) -> (index: UInt32, isNew: Bool) {
    var word = word
    return word.withUTF8 { insert(UnsafeRawBufferPointer($0)) }
  }

  private func rehash(_ slotCount: Int) {
    slots = FlatArray(repeating: 0, count: slotCount)
    for index in 0..<(count - 1) { place(UInt32(index)) }
  }

  private func place(_ index: UInt32) {
    let first = Int(starts[Int(index)])
    let word = UnsafeRawBufferPointer(
      start: bytes.base + first, count: Int(starts[Int(index) + 1]) - first)
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: Vocabulary.hash(word)) & mask
    while slots[slot] != 0 { slot = (slot + 1) & mask }
    slots[slot] = index + 1
  }
}
