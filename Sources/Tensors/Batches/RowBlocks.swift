/// How the rows of a tensor fall into blocks, each of some utterances that
/// follow one another.
///
/// What is summed over a batch, be it a weight's gradient, a loss or a
/// statistic, is summed block by block, and then the blocks' sums two by two
/// in a tree. Both depend on the batch alone: processes that each make some of
/// the blocks come to the bits of one that makes them all.
struct RowBlocks: Equatable {
  /// Where each block begins, and where the last one ends.
  let cuts: [Int]

  var count: Int { cuts.count - 1 }

  subscript(block: Int) -> Range<Int> { cuts[block]..<cuts[block + 1] }

  /// Those of rows that are counted from another one.
  func shifted(by rows: Int) -> RowBlocks {
    RowBlocks(cuts: cuts.map { $0 + rows })
  }

  /// Those of rows in other numbers, `rows` where there were `before`; nil if
  /// a cut would lie within one.
  func scaled(to rows: Int, from before: Int) -> RowBlocks? {
    guard rows != before else { return self }
    guard before > 0, cuts.allSatisfy({ $0 * rows % before == 0 }) else {
      return nil
    }
    return RowBlocks(cuts: cuts.map { $0 * rows / before })
  }

  /// Those of rows chosen from these; nil if a block's do not stand together
  /// and in the blocks' order.
  func chosen(_ rows: [Int]) -> RowBlocks? {
    var chosen = [0]
    for (place, row) in rows.enumerated() {
      while row >= cuts[chosen.count] { chosen.append(place) }
      guard row >= cuts[chosen.count - 1] else { return nil }
    }
    while chosen.count <= count { chosen.append(rows.count) }
    return RowBlocks(cuts: chosen)
  }
}

/// The blocks of a batch, counted in utterances.
struct BatchBlocks {
  /// The first utterance of each block, and how many there are.
  let utterances: RowBlocks

  /// More would cost long steps a hundredth more each; ranks can share no
  /// more.
  private static let most = 8
  /// Fewer rows are not worth a sum of their own.
  private static let fewestRows = 512
  /// A tensor with fewer rows a block, such as one of pooled utterances, is
  /// summed as a whole.
  private static let fewestOfTensor = 64

  /// Nil for a batch too small to be cut.
  init?(offsets: [Int]) {
    let (utterances, rows) = (offsets.count - 1, offsets.last ?? 0)
    var count = Self.most
    while count > 1, count > utterances || rows < count * Self.fewestRows {
      count /= 2
    }
    guard count > 1 else { return nil }
    var cuts = [0]
    for block in 1..<count {
      // The utterance that begins nearest to the block's share of rows, with
      // one at least for each other block.
      let share = rows * block / count
      var cut = cuts[block - 1] + 1
      while cut < utterances - (count - block),
        abs(offsets[cut + 1] - share) <= abs(offsets[cut] - share)
      {
        cut += 1
      }
      cuts.append(cut)
    }
    self.utterances = RowBlocks(cuts: cuts + [utterances])
  }

  /// Those of a tensor of packed utterances; nil if they are not the batch's.
  func rows(_ offsets: [Int]) -> RowBlocks? {
    guard offsets.count - 1 == utterances.cuts[utterances.count],
      offsets[offsets.count - 1] >= utterances.count * Self.fewestOfTensor
    else { return nil }
    return RowBlocks(cuts: utterances.cuts.map { offsets[$0] })
  }
}

extension Node {
  /// The blocks of the tensor seen as `rows` rows; nil if it is summed as a
  /// whole.
  func blocks(rows: Int) -> RowBlocks? {
    blocks?.scaled(to: rows, from: shape[0])
  }
}
