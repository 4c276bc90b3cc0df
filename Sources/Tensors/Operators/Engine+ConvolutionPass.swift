import Kernels

/// One convolution of one batch: x [Σ, inputDim] to y [Σ', outputDim] by
/// taps [outputDim, width, inputDim / groups].
struct ConvolutionPass {
  let convolution: Convolution
  let inputs: Segments
  let outputs: Segments
  let inputDim: Int
  let outputDim: Int
  /// The blocks that gradients are summed over, counted in utterances.
  var blocks: RowBlocks?

  /// Channels of one group.
  var inputChannels: Int { inputDim / convolution.groups }
  var outputChannels: Int { outputDim / convolution.groups }
  /// Numbers from one output channel's taps to the next's.
  var tapStride: Int { convolution.width * inputChannels }
  /// How far apart the first and the last row under the taps lie.
  var reach: Int { (convolution.width - 1) * convolution.dilation }

  /// Where the numbers of one tap and group begin among the taps.
  func start(tap: Int, group: Int) -> Int {
    group * outputChannels * tapStride + tap * inputChannels
  }

  /// Rows of one utterance that one thread computes.
  struct Block {
    let utterance: Int
    let rows: Range<Int>
  }

  /// Blocks that depend on the lengths alone.
  static func blocks(of segments: Segments) -> [Block] {
    (0..<segments.count).flatMap { utterance in
      cuts(of: segments.length(utterance), most: 256).map {
        Block(utterance: utterance, rows: $0)
      }
    }
  }

  /// 0 ..< count in pieces of like sizes, `most` at most.
  static func cuts(of count: Int, most: Int) -> [Range<Int>] {
    let pieces = (count + most - 1) / most
    return (0..<pieces).map {
      count * $0 / pieces..<count * ($0 + 1) / pieces
    }
  }
}

/// The weights of a convolution, packed as `superb_dense_taps` takes them: a
/// matrix [width · depth, some columns] for each group and cut.
private struct PackedTaps {
  /// Columns of a group's products that are computed together.
  let cuts: [Range<Int>]
  let node: Node
  let room: Int

  subscript(group: Int, cut: Int) -> UnsafePointer<Float> {
    UnsafePointer(node.pointer + (group * cuts.count + cut) * room)
  }
}

/// Rows of utterances with zeros before and after each.
private struct PaddedRows {
  let pointer: UnsafePointer<Float>
  let segments: Segments
  /// Zeros around each utterance.
  let padding: Int
  /// What holds the copy, if there is one.
  let node: Node?

  /// The place of an utterance's first row, its zeros included.
  func start(_ utterance: Int) -> Int {
    segments.start(utterance) + 2 * padding * utterance
  }
}

// A convolution is one matrix product whose rows lie in the input as `width`
// stretches, `dilation` rows apart; so is its gradient. No row is copied but
// where zeros have to surround an utterance.
extension Engine {
  /// Packs the numbers from input k of a tap to output n of a group, which
  /// lie k · depthStride + n · widthStride behind the tap's first.
  private func pack(
    _ pass: ConvolutionPass, _ taps: UnsafePointer<Float>, depth: Int,
    width: Int, depthStride: Int, widthStride: Int
  ) -> PackedTaps {
    // Whole panels, and so many columns that few are in the last.
    let cuts = ConvolutionPass.cuts(of: (width + 63) / 64, most: 6).map {
      $0.lowerBound * 64..<min($0.upperBound * 64, width)
    }
    let widest = cuts.map(\.count).max() ?? 0
    let walk = pass.convolution
    let room = superb_dense_room(walk.width * depth, widest)
    let node = make([walk.groups * cuts.count, room])
    let to = node.pointer
    parallel(walk.groups * cuts.count) { index in
      let (group, cut) = index.quotientAndRemainder(dividingBy: cuts.count)
      superb_dense_pack_taps(
        walk.width, depth, cuts[cut].count,
        taps + pass.start(tap: 0, group: group) + cuts[cut].lowerBound
          * widthStride, pass.inputChannels, depthStride, widthStride,
        to + index * room)
    }
    return PackedTaps(cuts: cuts, node: node, room: room)
  }

  private func padded(
    _ x: UnsafePointer<Float>, _ segments: Segments, dim: Int, by padding: Int
  ) -> PaddedRows {
    guard padding > 0 else {
      return PaddedRows(pointer: x, segments: segments, padding: 0, node: nil)
    }
    let node = make([segments.rows + 2 * padding * segments.count, dim])
    let rows = PaddedRows(
      pointer: UnsafePointer(node.pointer), segments: segments,
      padding: padding, node: node)
    let to = node.pointer
    forEachSegment(of: segments, dim: dim) { utterance in
      let start = to + rows.start(utterance) * dim
      let count = segments.length(utterance)
      start.update(repeating: 0, count: padding * dim)
      (start + padding * dim).update(
        from: x + segments.start(utterance) * dim, count: count * dim)
      (start + (padding + count) * dim).update(
        repeating: 0, count: padding * dim)
    }
    return rows
  }

  /// y = the convolution of x + bias [outputDim].
  func fillOutputs(
    _ pass: ConvolutionPass, _ x: UnsafePointer<Float>,
    _ taps: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
    to y: UnsafeMutablePointer<Float>
  ) {
    let (walk, dim) = (pass.convolution, pass.inputDim)
    let packed = pack(
      pass, taps, depth: pass.inputChannels, width: pass.outputChannels,
      depthStride: 1, widthStride: pass.tapStride)
    let rows = padded(x, pass.inputs, dim: dim, by: walk.padding)
    let blocks = ConvolutionPass.blocks(of: pass.outputs)
    forEachProduct(blocks, walk.groups, packed) { block, group, cut, weights in
      let column = group * pass.outputChannels + cut.lowerBound
      let from =
        rows.start(block.utterance) + block.rows.lowerBound * walk.stride
      let to = pass.outputs.start(block.utterance) + block.rows.lowerBound
      superb_dense_taps(
        block.rows.count, walk.width, pass.inputChannels,
        cut.count,
        rows.pointer + from * dim + group * pass.inputChannels,
        walk.stride * dim, walk.dilation * dim, weights,
        bias.map { $0 + column }, nil, 0, y + to * pass.outputDim + column,
        pass.outputDim)
    }
    packed.node.release(into: &arena)
    rows.node?.release(into: &arena)
  }

  /// dx = or += what dy sends back to the convolution's input.
  func addInputGradient(
    _ pass: ConvolutionPass, _ dy: UnsafePointer<Float>,
    _ taps: UnsafePointer<Float>, to dx: UnsafeMutablePointer<Float>,
    adding: Bool
  ) {
    let (walk, dim) = (pass.convolution, pass.outputDim)
    guard walk.stride == 1 else {
      addStridedInputGradient(pass, dy, taps, to: dx, adding: adding)
      return
    }
    let packed = pack(
      pass, taps, depth: pass.outputChannels, width: pass.inputChannels,
      depthStride: pass.tapStride, widthStride: 1)
    // The first tap has read input row r for output row r + padding, each
    // further one for a row that lies `dilation` before.
    let rows = padded(
      dy, pass.outputs, dim: dim, by: max(0, pass.reach - walk.padding))
    let blocks = ConvolutionPass.blocks(of: pass.inputs)
    forEachProduct(blocks, walk.groups, packed) { block, group, cut, weights in
      let column = group * pass.inputChannels + cut.lowerBound
      let from =
        rows.start(block.utterance) + block.rows.lowerBound + walk.padding
        + rows.padding
      let to = pass.inputs.start(block.utterance) + block.rows.lowerBound
      let out = dx + to * pass.inputDim + column
      superb_dense_taps(
        block.rows.count, walk.width, pass.outputChannels, cut.count,
        rows.pointer + from * dim + group * pass.outputChannels, dim,
        -walk.dilation * dim, weights, nil, adding ? out : nil, 0, out,
        pass.inputDim)
    }
    packed.node.release(into: &arena)
    rows.node?.release(into: &arena)
  }

  private func forEachProduct(
    _ blocks: [ConvolutionPass.Block], _ groups: Int, _ packed: PackedTaps,
    _ body: (
      ConvolutionPass.Block, _ group: Int, _ columns: Range<Int>,
      UnsafePointer<Float>
    ) -> Void
  ) {
    let cuts = packed.cuts.count
    parallel(blocks.count * groups * cuts) { index in
      let (block, rest) = index.quotientAndRemainder(dividingBy: groups * cuts)
      let (group, cut) = rest.quotientAndRemainder(dividingBy: cuts)
      body(blocks[block], group, packed.cuts[cut], packed[group, cut])
    }
  }

  /// dx = or += what dy sends back to the input of a convolution with a
  /// stride: a tap's rows lie `stride` apart in dx, so that
  /// each tap adds to its own.
  private func addStridedInputGradient(
    _ pass: ConvolutionPass, _ dy: UnsafePointer<Float>,
    _ taps: UnsafePointer<Float>, to dx: UnsafeMutablePointer<Float>,
    adding: Bool
  ) {
    let (walk, dim) = (pass.convolution, pass.inputDim)
    let matrices = walk.width * walk.groups
    let room = superb_dense_room(pass.outputChannels, pass.inputChannels)
    let node = make([matrices, room])
    let packed = node.pointer
    parallel(matrices) { index in
      let (tap, group) = index.quotientAndRemainder(dividingBy: walk.groups)
      superb_dense_pack(
        pass.outputChannels, pass.inputChannels,
        taps + pass.start(tap: tap, group: group), pass.tapStride, 1,
        packed + index * room)
    }
    let blocks = ConvolutionPass.blocks(of: pass.inputs)
    parallel(blocks.count * walk.groups) { index in
      let (number, group) = index.quotientAndRemainder(dividingBy: walk.groups)
      let block = blocks[number]
      let channels = group * pass.inputChannels
      let start = pass.inputs.start(block.utterance)
      if !adding {
        for row in block.rows {
          (dx + (start + row) * dim + channels).update(
            repeating: 0, count: pass.inputChannels)
        }
      }
      for tap in 0..<walk.width {
        let rows = walk.outputs(
          reading: block.rows, tap: tap,
          count: pass.outputs.length(block.utterance))
        guard !rows.isEmpty else { continue }
        let from = pass.outputs.start(block.utterance) + rows.lowerBound
        let to = start + walk.input(rows.lowerBound, tap: tap)
        let out = dx + to * dim + channels
        superb_dense(
          rows.count, pass.outputChannels, pass.inputChannels,
          dy + from * pass.outputDim + group * pass.outputChannels,
          pass.outputDim, packed + (tap * walk.groups + group) * room, nil, out,
          0, out, walk.stride * dim)
      }
    }
    node.release(into: &arena)
  }
}
