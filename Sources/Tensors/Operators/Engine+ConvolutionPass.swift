import CBLAS

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

  /// A part of a result that one thread computes: rows and columns of one
  /// utterance or tap and one group.
  struct Tile {
    let part: Int
    let group: Int
    let rows: Range<Int>
    let columns: Range<Int>
  }

  /// Cuts each part's matrix of each group, part i of heights[i] rows. `k`
  /// is how many products a number is the sum of.
  func tiles(heights: [Int], columns: Int, k: Int) -> [Tile] {
    var tiles: [Tile] = []
    for (part, height) in heights.enumerated() where height > 0 {
      let tiling = MatrixTiling(m: height, n: columns, k: max(k, 1))
      for group in 0..<convolution.groups {
        for row in stride(from: 0, to: height, by: tiling.rows) {
          for column in stride(from: 0, to: columns, by: tiling.columns) {
            tiles.append(
              Tile(
                part: part, group: group,
                rows: row..<min(height, row + tiling.rows),
                columns: column..<min(columns, column + tiling.columns)))
          }
        }
      }
    }
    return tiles
  }
}

/// c [m, n] += a · b, rows of c `stride` numbers apart.
private func addProduct(
  m: Int, n: Int, k: Int, _ a: MatrixOperand, _ b: MatrixOperand,
  to c: UnsafeMutablePointer<Float>, stride: Int
) {
  guard m > 0, n > 0, k > 0 else { return }
  cblas_sgemm(
    CblasRowMajor, a.isTransposed ? CblasTrans : CblasNoTrans,
    b.isTransposed ? CblasTrans : CblasNoTrans, Int32(clamping: m),
    Int32(clamping: n), Int32(clamping: k), 1, a.pointer,
    Int32(clamping: a.stride), b.pointer, Int32(clamping: b.stride), 1, c,
    Int32(clamping: stride))
}

// Each pass is a sum of one matrix product a tap, on rows that lie
// stride · dim apart: no row is copied. The sum for a tile is made by one
// thread, tap after tap and utterance after utterance.
extension Engine {
  /// y += the convolution of x.
  func addOutputs(
    _ pass: ConvolutionPass, _ x: UnsafePointer<Float>,
    _ taps: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>
  ) {
    let (walk, dim) = (pass.convolution, pass.inputDim)
    let tiles = pass.tiles(
      heights: (0..<pass.outputs.count).map(pass.outputs.length),
      columns: pass.outputChannels, k: pass.tapStride)
    parallel(tiles.count) { index in
      let tile = tiles[index]
      let inputs = 0..<pass.inputs.length(tile.part)
      let channel =
        tile.group * pass.outputChannels + tile.columns.lowerBound
      for tap in 0..<walk.width {
        let rows = walk.outputs(
          reading: inputs, tap: tap,
          count: pass.outputs.length(tile.part)
        ).clamped(to: tile.rows)
        guard !rows.isEmpty else { continue }
        let from =
          pass.inputs.start(tile.part) + walk.input(rows.lowerBound, tap: tap)
        let to = pass.outputs.start(tile.part) + rows.lowerBound
        addProduct(
          m: rows.count, n: tile.columns.count, k: pass.inputChannels,
          MatrixOperand(
            x + from * dim + tile.group * pass.inputChannels,
            stride: walk.stride * dim),
          MatrixOperand(
            taps + channel * pass.tapStride + tap * pass.inputChannels,
            stride: pass.tapStride, transposed: true),
          to: y + to * pass.outputDim + channel, stride: pass.outputDim)
      }
    }
  }

  /// dx += what dy sends back to the convolution's input.
  func addInputGradient(
    _ pass: ConvolutionPass, _ dy: UnsafePointer<Float>,
    _ taps: UnsafePointer<Float>, to dx: UnsafeMutablePointer<Float>
  ) {
    let (walk, dim) = (pass.convolution, pass.inputDim)
    let tiles = pass.tiles(
      heights: (0..<pass.inputs.count).map(pass.inputs.length),
      columns: pass.inputChannels, k: walk.width * pass.outputChannels)
    parallel(tiles.count) { index in
      let tile = tiles[index]
      let channel = tile.group * pass.outputChannels
      let column = tile.columns.lowerBound
      for tap in 0..<walk.width {
        let rows = walk.outputs(
          reading: tile.rows, tap: tap, count: pass.outputs.length(tile.part))
        guard !rows.isEmpty else { continue }
        let from = pass.outputs.start(tile.part) + rows.lowerBound
        let to =
          pass.inputs.start(tile.part) + walk.input(rows.lowerBound, tap: tap)
        addProduct(
          m: rows.count, n: tile.columns.count, k: pass.outputChannels,
          MatrixOperand(
            dy + from * pass.outputDim + channel, stride: pass.outputDim),
          MatrixOperand(
            taps + channel * pass.tapStride + tap * pass.inputChannels
              + column, stride: pass.tapStride),
          to: dx + to * dim + tile.group * pass.inputChannels + column,
          stride: walk.stride * dim)
      }
    }
  }

  /// dTaps += what dy sends back to the taps.
  func addWeightGradient(
    _ pass: ConvolutionPass, _ x: UnsafePointer<Float>,
    _ dy: UnsafePointer<Float>, to dTaps: UnsafeMutablePointer<Float>
  ) {
    let (walk, dim) = (pass.convolution, pass.inputDim)
    let tiles = pass.tiles(
      heights: [Int](repeating: pass.outputChannels, count: walk.width),
      columns: pass.inputChannels, k: pass.outputs.rows)
    parallel(tiles.count) { index in
      let tile = tiles[index]
      let tap = tile.part
      let channel = tile.group * pass.outputChannels + tile.rows.lowerBound
      let column = tile.columns.lowerBound
      for part in 0..<pass.inputs.count {
        let rows = walk.outputs(
          reading: 0..<pass.inputs.length(part), tap: tap,
          count: pass.outputs.length(part))
        guard !rows.isEmpty else { continue }
        let from =
          pass.inputs.start(part) + walk.input(rows.lowerBound, tap: tap)
        let gradient = pass.outputs.start(part) + rows.lowerBound
        addProduct(
          m: tile.rows.count, n: tile.columns.count, k: rows.count,
          MatrixOperand(
            dy + gradient * pass.outputDim + channel,
            stride: pass.outputDim, transposed: true),
          MatrixOperand(
            x + from * dim + tile.group * pass.inputChannels + column,
            stride: walk.stride * dim),
          to: dTaps + channel * pass.tapStride + tap * pass.inputChannels
            + column, stride: pass.tapStride)
      }
    }
  }
}
