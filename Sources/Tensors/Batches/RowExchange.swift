/// Processes that take the same steps on the same batches, each of which makes
/// the rows of some blocks (see ``RowBlocks``) alone.
///
/// All of them call it in the same order and with the same cuts.
package protocol RowExchange: AnyObject {
  var rank: Int { get }
  var size: Int { get }
  /// Whether another has gone: what was gathered since is no number.
  var isLost: Bool { get }

  /// Brings all processes' parts to each.
  ///
  /// - Parameters:
  ///   - bytes: of which each process has filled its own part.
  ///   - cuts: where each process's part begins, and the last one ends.
  func gather(_ bytes: UnsafeMutableRawBufferPointer, cuts: [Int])
}

extension RowExchange {
  /// Whether any of them says so; `false` where another has gone.
  package func any(_ isSo: Bool) -> Bool {
    var flags = [UInt8](repeating: 0, count: size)
    flags[rank] = isSo ? 1 : 0
    gather(&flags, cuts: Array(0...size))
    return flags.contains(1)
  }

  /// Which of `count` blocks this process makes.
  package func share(_ count: Int) -> Range<Int> { share(of: rank, count) }

  /// Which of `count` blocks the process `rank` makes.
  func share(of rank: Int, _ count: Int) -> Range<Int> {
    count * rank / size..<count * (rank + 1) / size
  }

  /// Which process makes a block of `count`.
  func owner(of block: Int, _ count: Int) -> Int {
    (0..<size).first { share(of: $0, count).contains(block) } ?? 0
  }

  /// Where each process's part begins, of what has the blocks' cuts.
  package func cuts(of cuts: [Int], unit: Int = 1) -> [Int] {
    (0...size).map { cuts[(cuts.count - 1) * $0 / size] * unit }
  }

  /// Gathers numbers, of which each process has made its own part.
  package func gather<Number>(_ numbers: inout [Number], cuts: [Int]) {
    numbers.withUnsafeMutableBytes {
      gather($0, cuts: cuts.map { $0 * MemoryLayout<Number>.stride })
    }
  }

  func gather(_ numbers: UnsafeMutablePointer<Float>, cuts: [Int]) {
    let size = MemoryLayout<Float>.stride
    gather(
      UnsafeMutableRawBufferPointer(
        start: numbers, count: cuts[cuts.count - 1] * size),
      cuts: cuts.map { $0 * size })
  }
}
