import Kernels

/// One convolution of one batch: x [Σ, inputDim] to y [Σ', outputDim] by
/// taps [outputDim, width, inputDim / groups].
struct ConvolutionPass {
  let convolution: Convolution
  let inputs: Segments
  let outputs: Segments
  let inputDim: Int
  let outputDim: Int

  /// Channels of one group.
  var inputChannels: Int { inputDim / convolution.groups }
  var outputChannels: Int { outputDim / convolution.groups }
  /// Numbers from one output channel's taps to the next's.
  var tapStride: Int { convolution.width * inputChannels }
  /// Matrices of taps, one a tap and group.
  var matrices: Int { convolution.width * convolution.groups }

  /// Where the matrix of one tap and group begins among the taps.
  func start(ofMatrix index: Int) -> Int {
    let (tap, group) = index.quotientAndRemainder(
      dividingBy: convolution.groups)
    return group * outputChannels * tapStride + tap * inputChannels
  }

  /// Rows of one utterance that one thread computes.
  struct Block {
    let utterance: Int
    let rows: Range<Int>
  }

  /// Blocks that depend on the lengths alone.
  static func blocks(of segments: Segments) -> [Block] {
    let most = 256
    return (0..<segments.count).flatMap { utterance in
      let rows = segments.length(utterance)
      let count = (rows + most - 1) / most
      return (0..<count).map {
        Block(
          utterance: utterance,
          rows: rows * $0 / count..<rows * ($0 + 1) / count)
      }
    }
  }
}

/// Matrices packed as `superb_dense` takes them, one behind the other.
private struct PackedMatrices {
  let node: Node
  let room: Int

  subscript(index: Int) -> UnsafePointer<Float> {
    UnsafePointer(node.pointer + index * room)
  }
}

// Each pass is a sum of one matrix product a tap, on rows that lie
// stride · dim apart: no row is copied. The sum for a block is made by one
// thread, tap after tap and utterance after utterance.
extension Engine {
  /// Packs the matrix of each tap and group, whose number for input k and
  /// output n lies k · depthStride + n · widthStride behind its start.
  private func pack(
    _ pass: ConvolutionPass, _ taps: UnsafePointer<Float>, depth: Int,
    width: Int, depthStride: Int, widthStride: Int
  ) -> PackedMatrices {
    let room = Int(superb_dense_room(Int64(depth), Int64(width)))
    let node = make([pass.matrices, room])
    let to = node.pointer
    parallel(pass.matrices) { index in
      superb_dense_pack(
        Int64(depth), Int64(width), taps + pass.start(ofMatrix: index),
        Int64(depthStride), Int64(widthStride), to + index * room)
    }
    return PackedMatrices(node: node, room: room)
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
    let blocks = ConvolutionPass.blocks(of: pass.outputs)
    parallel(blocks.count * walk.groups) { index in
      let block = blocks[index / walk.groups]
      let group = index % walk.groups
      let inputs = 0..<pass.inputs.length(block.utterance)
      let column = group * pass.outputChannels
      for row in block.rows {
        let out =
          y + (pass.outputs.start(block.utterance) + row) * pass.outputDim
          + column
        if let bias {
          out.update(from: bias + column, count: pass.outputChannels)
        } else {
          out.update(repeating: 0, count: pass.outputChannels)
        }
      }
      for tap in 0..<walk.width {
        let rows = walk.outputs(
          reading: inputs, tap: tap,
          count: pass.outputs.length(block.utterance)
        ).clamped(to: block.rows)
        guard !rows.isEmpty else { continue }
        let from =
          pass.inputs.start(block.utterance)
          + walk.input(rows.lowerBound, tap: tap)
        let to = pass.outputs.start(block.utterance) + rows.lowerBound
        let out = y + to * pass.outputDim + column
        superb_dense(
          Int64(rows.count), Int64(pass.inputChannels),
          Int64(pass.outputChannels),
          x + from * dim + group * pass.inputChannels,
          Int64(walk.stride * dim), packed[tap * walk.groups + group], nil,
          out, 0, out, Int64(pass.outputDim))
      }
    }
    packed.node.release(into: &arena)
  }

  /// dx = or += what dy sends back to the convolution's input.
  func addInputGradient(
    _ pass: ConvolutionPass, _ dy: UnsafePointer<Float>,
    _ taps: UnsafePointer<Float>, to dx: UnsafeMutablePointer<Float>,
    adding: Bool
  ) {
    let (walk, dim) = (pass.convolution, pass.inputDim)
    let packed = pack(
      pass, taps, depth: pass.outputChannels, width: pass.inputChannels,
      depthStride: pass.tapStride, widthStride: 1)
    let blocks = ConvolutionPass.blocks(of: pass.inputs)
    parallel(blocks.count * walk.groups) { index in
      let block = blocks[index / walk.groups]
      let group = index % walk.groups
      if !adding {
        for row in block.rows {
          let out =
            dx + (pass.inputs.start(block.utterance) + row) * dim
            + group * pass.inputChannels
          out.update(repeating: 0, count: pass.inputChannels)
        }
      }
      for tap in 0..<walk.width {
        let rows = walk.outputs(
          reading: block.rows, tap: tap,
          count: pass.outputs.length(block.utterance))
        guard !rows.isEmpty else { continue }
        let from = pass.outputs.start(block.utterance) + rows.lowerBound
        let to =
          pass.inputs.start(block.utterance)
          + walk.input(rows.lowerBound, tap: tap)
        let out = dx + to * dim + group * pass.inputChannels
        superb_dense(
          Int64(rows.count), Int64(pass.outputChannels),
          Int64(pass.inputChannels),
          dy + from * pass.outputDim + group * pass.outputChannels,
          Int64(pass.outputDim), packed[tap * walk.groups + group], nil, out,
          0, out, Int64(walk.stride * dim))
      }
    }
    packed.node.release(into: &arena)
  }

  /// dTaps += what dy sends back to the taps.
  func addWeightGradient(
    _ pass: ConvolutionPass, _ x: UnsafePointer<Float>,
    _ dy: UnsafePointer<Float>, to dTaps: UnsafeMutablePointer<Float>
  ) {
    let (walk, dim) = (pass.convolution, pass.inputDim)
    // A channel's gradients side by side; rows a power of two apart would
    // share the caches' few places.
    let stride = (pass.outputs.rows + 15) / 16 * 16 + 16
    let turned = make([pass.outputDim, stride])
    let dyT = turned.pointer
    parallel((pass.outputDim + 63) / 64) { index in
      let channel = index * 64
      superb_transpose_rows(
        Int64(pass.outputs.rows), Int64(min(64, pass.outputDim - channel)),
        dy + channel, Int64(pass.outputDim), dyT + channel * stride,
        Int64(stride))
    }
    // One thread makes all sums of some input channels of one tap.
    let channels = max(1, min(128, pass.inputChannels))
    let across = (pass.inputChannels + channels - 1) / channels
    // Rows packed at a time: few where matrices are many, as in convolutions
    // with a group for each channel.
    let panel = Int(superb_dense_room(1, Int64(channels)))
    let tasks = pass.matrices * across
    let most = min(512, max(16, (1 << 22) / max(1, tasks * panel)))
    let room = most * panel
    let rooms = make([tasks, room])
    let packed = rooms.pointer
    parallel(tasks) { index in
      let (matrix, block) = index.quotientAndRemainder(dividingBy: across)
      let (tap, group) = matrix.quotientAndRemainder(
        dividingBy: walk.groups)
      let column = block * channels
      let width = min(channels, pass.inputChannels - column)
      let out = dTaps + pass.start(ofMatrix: matrix) + column
      for part in 0..<pass.inputs.count {
        let rows = walk.outputs(
          reading: 0..<pass.inputs.length(part), tap: tap,
          count: pass.outputs.length(part))
        let stretches = (rows.count + most - 1) / most
        for stretch in 0..<stretches {
          let first = rows.lowerBound + rows.count * stretch / stretches
          let end = rows.lowerBound + rows.count * (stretch + 1) / stretches
          let from = pass.inputs.start(part) + walk.input(first, tap: tap)
          superb_dense_pack(
            Int64(end - first), Int64(width),
            x + from * dim + group * pass.inputChannels + column,
            Int64(walk.stride * dim), 1, packed + index * room)
          superb_dense(
            Int64(pass.outputChannels), Int64(end - first), Int64(width),
            dyT + group * pass.outputChannels * stride
              + pass.outputs.start(part) + first,
            Int64(stride), packed + index * room, nil, out, 0, out,
            Int64(pass.tapStride))
        }
      }
    }
    turned.release(into: &arena)
    rooms.release(into: &arena)
  }
}
