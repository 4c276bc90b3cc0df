import Dispatch
import Foundation

/// Reads the n-grams of one order on all cores, as long as their lines are
/// plainly right.
struct NGramBlocks {
  private let lines: LineReader
  /// One for each stretch that is read at the same time.
  private let stretches: [NGramLines]

  /// Bytes of a stretch: enough to be worth a thread, few enough to stay in
  /// its cache.
  private static let stretchBytes = 1 << 19

  init(_ lines: LineReader) {
    self.lines = lines
    let threads = min(8, ProcessInfo.processInfo.activeProcessorCount)
    stretches = (0..<2 * threads).map { _ in NGramLines() }
    lines.reserve(2 * threads * Self.stretchBytes)
  }

  /// Reads lines until one needs a closer look.
  ///
  /// - Returns: how many n-grams were added, `limit` at most.
  /// - Throws: `UserError` if a compressed file is cut short or damaged.
  func read(upTo limit: Int, into builder: inout NGramBuilder) throws -> Int {
    var left = limit
    while left > 0 {
      let block = try lines.block(of: stretches.count * Self.stretchBytes)
      let parts = Self.parts(of: block, count: stretches.count)
      // Each thread writes to a stretch of its own; the rest is only read.
      nonisolated(unsafe) let stretches = stretches
      nonisolated(unsafe) let lent = parts
      nonisolated(unsafe) let context = builder.context
      DispatchQueue.concurrentPerform(iterations: parts.count) { index in
        stretches[index].read(lent[index], context)
      }
      for (stretch, part) in zip(stretches, parts) {
        let count = min(stretch.count, left)
        builder.add(stretch, count: count)
        left -= count
        let bytes =
          count == stretch.count
          ? stretch.byteCount : Self.bytes(ofLines: count, in: part)
        lines.skip(bytes, lines: count)
        if left == 0 || bytes < part.count { return limit - left }
      }
      if parts.isEmpty { break }
    }
    return limit - left
  }

  /// Whole lines in about equal parts.
  private static func parts(
    of block: UnsafeRawBufferPointer, count: Int
  ) -> [UnsafeRawBufferPointer] {
    var parts: [UnsafeRawBufferPointer] = []
    var start = 0
    for index in 1...count where start < block.count {
      var stop = max(start + 1, block.count * index / count)
      while stop < block.count, block[stop - 1] != 0x0a { stop += 1 }
      parts.append(UnsafeRawBufferPointer(rebasing: block[start..<stop]))
      start = stop
    }
    return parts
  }

  private static func bytes(
    ofLines count: Int, in part: UnsafeRawBufferPointer
  ) -> Int {
    var left = count
    var place = 0
    while left > 0, place < part.count {
      if part[place] == 0x0a { left -= 1 }
      place += 1
    }
    return place
  }
}
