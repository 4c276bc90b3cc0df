import Diagnostics
import Files
import Foundation

/// The compiled form: the model's blocks as they lie in memory, so that a file
/// is mapped and not read, and several processes share its pages.
///
/// 128 bytes of header: eight of magic, then little-endian words of 64 bits:
/// version, order, words, slots, bytes of words, number of `<s>`, of `</s>`,
/// bits of the largest score, a mark of the source; then a count for each
/// order, then the blocks, each at a multiple of 64.
extension NGramModel {
  private static let magic: [UInt8] = Array("superbLM".utf8)
  private static let version: UInt64 = 1
  private static let headerBytes = 128

  /// Whether a file begins as a compiled model does.
  package static func isCompiled(_ path: String) -> Bool {
    guard let file = FileHandle(forReadingAtPath: path) else { return false }
    defer { try? file.close() }
    return (try? file.read(upToCount: 8)).map { Array($0) == magic } ?? false
  }

  /// Writes the compiled form: beside its place first, then renamed.
  ///
  /// - Parameter mark: anything that tells what the model was made from.
  /// - Throws: `UserError` if the disk refuses.
  package func write(to path: String, mark: UInt64 = 0) throws {
    let file = try AtomicFile(path)
    var position = 0
    func put(_ bytes: UnsafeRawBufferPointer) throws {
      try file.append(bytes)
      let gap = -(position + bytes.count) & 63
      try [UInt8](repeating: 0, count: gap).withUnsafeBytes {
        try file.append($0)
      }
      position += bytes.count + gap
    }
    let words =
      [
        Self.version, UInt64(order), UInt64(vocabulary.count),
        UInt64(vocabulary.slots.count), UInt64(vocabulary.bytes.count),
        UInt64(sentenceStart), UInt64(sentenceEnd),
        UInt64(largestScore.bitPattern), mark,
      ] + [UInt64](repeating: 0, count: 6)
    let header =
      Self.magic
      + words.flatMap { word in
        withUnsafeBytes(of: word.littleEndian) { Array($0) }
      }
    try header.withUnsafeBytes { try put($0) }
    try counts.map { UInt64($0).littleEndian }.withUnsafeBytes { try put($0) }
    try put(UnsafeRawBufferPointer(vocabulary.starts))
    try put(UnsafeRawBufferPointer(vocabulary.slots))
    try put(vocabulary.bytes)
    try put(
      UnsafeRawBufferPointer(
        UnsafeBufferPointer(start: trie.nodes, count: storage.nodeCount + 1)))
    try put(
      UnsafeRawBufferPointer(
        UnsafeBufferPointer(start: trie.leaves, count: storage.leafCount)))
    try file.commit()
  }

  /// Maps a compiled model.
  ///
  /// - Parameter mark: what the model must have been made from; nil for
  ///   anything.
  /// - Throws: `UserError` if the file is none, is cut short or is of another
  ///   version or mark.
  package convenience init(compiled path: String, mark: UInt64? = nil) throws {
    let file = try RawFile(path, O_RDONLY)
    let mapping = try FileMapping(file, count: file.size())
    let bytes = mapping.bytes
    func refusal(_ reason: String) -> UserError {
      UserError(
        "this is no compiled language model: \(reason)", at: path,
        fix: "make it again with superb lm compile")
    }
    func word(_ index: Int) -> Int {
      Int(
        truncatingIfNeeded: UInt64(
          littleEndian: bytes.loadUnaligned(
            fromByteOffset: 8 + index * 8, as: UInt64.self)))
    }
    guard bytes.count > Self.headerBytes, bytes.starts(with: Self.magic) else {
      throw refusal("it does not begin as one")
    }
    guard word(0) == Int(Self.version) else {
      throw refusal("it is of version \(word(0))")
    }
    guard mark == nil || word(8) == Int(truncatingIfNeeded: mark ?? 0) else {
      throw refusal("it was made from another file")
    }
    let sizes = (0..<7).map(word)
    guard sizes.allSatisfy({ (0..<1 << 40).contains($0) }), sizes[1] >= 1,
      sizes[1] < 64
    else { throw refusal("its header is damaged") }
    var position = Self.headerBytes
    func block<T: BitwiseCopyable>(_ count: Int, of type: T.Type) throws
      -> UnsafeBufferPointer<T>
    {
      let size = count * MemoryLayout<T>.stride
      guard position + size <= bytes.count else {
        throw refusal("it ends within its data")
      }
      defer { position += (size + 63) & ~63 }
      let place = UnsafeRawBufferPointer(
        rebasing: bytes[position..<position + size])
      return place.bindMemory(to: type)
    }
    let counts = try block(sizes[1], of: UInt64.self).map {
      Int(truncatingIfNeeded: $0)
    }
    guard counts.allSatisfy({ (0..<1 << 32).contains($0) }) else {
      throw refusal("its header is damaged")
    }
    let starts = try block(sizes[2] + 1, of: UInt32.self)
    let slots = try block(sizes[3], of: UInt32.self)
    let text = try block(sizes[4], of: UInt8.self)
    let nodes = try block(
      counts.dropLast().reduce(1, +), of: NGramTrie.Node.self)
    let leaves = try block(counts[counts.count - 1], of: NGramTrie.Leaf.self)
    guard let nodeBase = nodes.baseAddress,
      let leafBase = leaves.baseAddress
        ?? UnsafePointer(bitPattern: MemoryLayout<NGramTrie.Leaf>.alignment)
    else { throw refusal("it has no n-grams") }
    let storage = NGramStorage(
      counts: counts, sentenceStart: UInt32(truncatingIfNeeded: sizes[5]),
      sentenceEnd: UInt32(truncatingIfNeeded: sizes[6]),
      largestScore: Float(
        bitPattern: UInt32(truncatingIfNeeded: word(7))),
      vocabulary: Vocabulary(
        bytes: UnsafeRawBufferPointer(text), starts: starts, slots: slots),
      nodes: nodeBase, leaves: leafBase, owners: [mapping])
    // What carries a mark was made here, and is read as it lies.
    guard mark != nil || storage.isConsistent else {
      throw refusal("its data contradict each other")
    }
    self.init(storage)
  }

  /// Opens a model: a compiled one, or an ARPA file, whose compiled form is
  /// kept in `cache` and used as long as the file stays as it is.
  ///
  /// A cache that cannot be written to is done without.
  package static func open(
    _ path: String, cache: String? = nil
  ) throws -> NGramModel {
    if isCompiled(path) { return try NGramModel(compiled: path) }
    var status = stat()
    guard let cache, stat(path, &status) == 0 else {
      return try NGramModel(arpa: path)
    }
    let source =
      "\(URL(fileURLWithPath: path).resolvingSymlinksInPath().path)"
      + " \(status.st_size) \(status.st_ino)"
      + " \(status.st_mtim.tv_sec) \(status.st_mtim.tv_nsec)"
    let mark = Array(source.utf8).withUnsafeBytes { Vocabulary.hash($0) }
    let digits = String(mark, radix: 16)
    let kept = "\(cache)/\(digits).lm"
    if let model = try? NGramModel(compiled: kept, mark: mark) { return model }
    let model = try NGramModel(arpa: path)
    try? FileManager.default.createDirectory(
      atPath: cache, withIntermediateDirectories: true)
    try? model.write(to: kept, mark: mark)
    return model
  }
}
