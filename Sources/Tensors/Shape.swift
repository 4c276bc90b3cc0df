/// The extents of a tensor, outermost first; rank 0 to 4. Held inline, since
/// a training step makes many.
package struct Shape: Equatable, Sendable, ExpressibleByArrayLiteral,
  CustomStringConvertible
{
  /// The contract's SUPERB_MAX_RANK.
  package static let maximumRank = 4

  package let rank: Int
  private let extents: SIMD4<Int>
  /// How many numbers such a tensor holds; 1 for rank 0.
  package let count: Int

  /// Null if there are more than four extents, one is negative, or their
  /// product overflows.
  package init?(_ extents: some Collection<Int>) {
    guard extents.count <= Self.maximumRank else { return nil }
    var inline = SIMD4<Int>(repeating: 1)
    var count = 1
    for (axis, extent) in extents.enumerated() {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard extent >= 0, !overflow, product <= Int.max / 8 else { return nil }
      inline[axis] = extent
      count = product
    }
    self.rank = extents.count
    self.extents = inline
    self.count = count
  }

  /// For literals of the program's own; a wrong one is a programmer's error.
  package init(arrayLiteral extents: Int...) {
    guard let shape = Shape(extents) else {
      preconditionFailure("\(extents) is no shape")
    }
    self = shape
  }

  package subscript(axis: Int) -> Int { extents[axis] }

  /// The extent of the last axis; 1 for rank 0.
  package var last: Int { rank == 0 ? 1 : extents[rank - 1] }

  /// The number of rows if all axes but the last are taken for one.
  package var rows: Int {
    var rows = 1
    for axis in 0..<max(rank - 1, 0) { rows *= extents[axis] }
    return rows
  }

  package var array: [Int] { (0..<rank).map { extents[$0] } }

  package var description: String {
    "[" + array.map(String.init).joined(separator: ", ") + "]"
  }
}
