import Kernels

/// The input's rows as weight gradients take them: in panels of a few
/// channels of one group, [rows, columns], of which a tap reads all rows from
/// its own first one on.
private struct PackedChannels {
  /// A panel's group and its channels.
  struct Panel {
    let group: Int
    let channels: Range<Int>

    /// Numbers of a packed row.
    var columns: Int { superb_dense_room(1, channels.count) }
  }

  static let width = 64

  static func panels(of pass: ConvolutionPass) -> [Panel] {
    (0..<pass.convolution.groups).flatMap { group in
      stride(from: 0, to: pass.inputChannels, by: width).map {
        Panel(group: group, channels: $0..<min($0 + width, pass.inputChannels))
      }
    }
  }
}

extension ConvolutionPass {
  /// Rows of an utterance's input that are packed, `stride` apart from
  /// `first` on, and the place of the first among all that are.
  fileprivate struct PackedRows {
    let first: Int
    let count: Int
    let place: Int
  }

  /// All rows: without a stride all taps read the same ones. With one, those
  /// that a tap reads, in the places of its output rows.
  fileprivate func packedRows(of part: Int, tap: Int) -> PackedRows {
    guard convolution.stride > 1 else {
      return PackedRows(
        first: 0, count: inputs.length(part), place: inputs.start(part))
    }
    let rows = rowsReading(tap, of: part)
    return PackedRows(
      first: rows.isEmpty ? 0 : convolution.input(rows.lowerBound, tap: tap),
      count: rows.count, place: outputs.start(part) + rows.lowerBound)
  }

  /// An utterance's output rows for which the tap lies on a row.
  fileprivate func rowsReading(_ tap: Int, of part: Int) -> Range<Int> {
    convolution.outputs(
      reading: 0..<inputs.length(part), tap: tap,
      count: outputs.length(part))
  }

  /// The place among the packed rows of what the tap reads for `row`.
  fileprivate func place(of row: Int, tap: Int, part: Int) -> Int {
    convolution.stride > 1
      ? outputs.start(part) + row
      : inputs.start(part) + convolution.input(row, tap: tap)
  }
}

extension Engine {
  /// Output channels whose sums one thread makes.
  private static let sumRows = 192

  /// dTaps += what dy sends back to the taps: for each tap the product of
  /// dyᵀ and the input's rows under it. In a block a number is one sum,
  /// utterance after utterance.
  ///
  /// - Parameter panelRoom: how many numbers panels take at a time, or one
  ///   panel if that is more; those of most layers fit.
  func addWeightGradient(
    _ pass: ConvolutionPass, _ x: UnsafePointer<Float>,
    _ dy: UnsafePointer<Float>, to dTaps: UnsafeMutablePointer<Float>,
    panelRoom: Int = 1 << 23
  ) {
    // A channel's gradients side by side; rows a power of two apart would
    // share the caches' few places.
    let stride = (pass.outputs.rows + 15) / 16 * 16 + 16
    let turned = make([pass.outputDim, stride])
    let dyT = turned.pointer
    parallel((pass.outputDim + 63) / 64) { index in
      let channel = index * 64
      superb_transpose_rows(
        pass.outputs.rows, min(64, pass.outputDim - channel), dy + channel,
        pass.outputDim, dyT + channel * stride, stride)
    }
    if let blocks = pass.blocks {
      let sum = BlockSum(
        pointer: dTaps, count: pass.outputDim * pass.tapStride, adding: true)
      sumBlocks(blocks, into: [sum]) { block, places in
        makeWeightGradient(
          pass, of: blocks[block], x, dyT, stride: stride, to: places[0],
          adding: false, panelRoom: panelRoom)
      }
    } else {
      makeWeightGradient(
        pass, of: 0..<pass.inputs.count, x, dyT, stride: stride, to: dTaps,
        adding: true, panelRoom: panelRoom)
    }
    turned.release(into: &arena)
  }

  /// The part of some utterances: dTaps = or += it.
  private func makeWeightGradient(
    _ pass: ConvolutionPass, of parts: Range<Int>, _ x: UnsafePointer<Float>,
    _ dyT: UnsafePointer<Float>, stride: Int,
    to dTaps: UnsafeMutablePointer<Float>, adding: Bool, panelRoom: Int
  ) {
    let panels = PackedChannels.panels(of: pass)
    let rows = max(pass.inputs.rows, pass.outputs.rows)
    let widest = panels.map(\.columns).max() ?? 0
    let room = rows * widest
    let most = max(1, panelRoom / max(room, 1))
    let node = make([min(most, panels.count), room])
    for chunk in ConvolutionPass.cuts(of: panels.count, most: most) {
      // Without a stride all taps read the same packed rows.
      let width = pass.convolution.width
      let rounds =
        pass.convolution.stride == 1
        ? [0..<width] : (0..<width).map { $0..<$0 + 1 }
      for taps in rounds {
        pack(
          pass, parts, x, panels[chunk], tap: taps.lowerBound, node.pointer,
          room)
        makeProducts(
          pass, parts, taps, dyT, stride: stride, panels[chunk], node.pointer,
          room, to: dTaps, adding: adding)
      }
    }
    node.release(into: &arena)
  }

  private func pack(
    _ pass: ConvolutionPass, _ parts: Range<Int>, _ x: UnsafePointer<Float>,
    _ panels: ArraySlice<PackedChannels.Panel>, tap: Int,
    _ packed: UnsafeMutablePointer<Float>, _ room: Int
  ) {
    let (walk, dim) = (pass.convolution, pass.inputDim)
    parallel(panels.count * parts.count) { index in
      let (number, place) = index.quotientAndRemainder(dividingBy: parts.count)
      let part = parts.lowerBound + place
      let panel = panels[panels.startIndex + number]
      let rows = pass.packedRows(of: part, tap: tap)
      superb_dense_pack(
        rows.count, panel.channels.count,
        x + (pass.inputs.start(part) + rows.first) * dim + panel.group
          * pass.inputChannels + panel.channels.lowerBound, walk.stride * dim,
        1, packed + number * room + rows.place * panel.columns)
    }
  }

  private func makeProducts(
    _ pass: ConvolutionPass, _ parts: Range<Int>, _ taps: Range<Int>,
    _ dyT: UnsafePointer<Float>, stride: Int,
    _ panels: ArraySlice<PackedChannels.Panel>,
    _ packed: UnsafePointer<Float>, _ room: Int,
    to dTaps: UnsafeMutablePointer<Float>, adding: Bool
  ) {
    let groups = Array(
      Dictionary(grouping: panels.indices) { panels[$0].group }.values)
    let blocks = ConvolutionPass.cuts(
      of: pass.outputChannels, most: Self.sumRows)
    parallel(taps.count * groups.count * blocks.count) { index in
      let (first, block) = index.quotientAndRemainder(dividingBy: blocks.count)
      let (place, run) = first.quotientAndRemainder(dividingBy: groups.count)
      let tap = taps.lowerBound + place
      var isBegun = adding
      for part in parts {
        let rows = pass.rowsReading(tap, of: part)
        guard !rows.isEmpty else { continue }
        defer { isBegun = true }
        let start = pass.place(of: rows.lowerBound, tap: tap, part: part)
        for number in groups[run] {
          let panel = panels[number]
          let channel =
            panel.group * pass.outputChannels + blocks[block].lowerBound
          let out =
            dTaps + pass.start(tap: tap, group: panel.group)
            + blocks[block].lowerBound * pass.tapStride
            + panel.channels.lowerBound
          superb_dense(
            blocks[block].count, rows.count, panel.channels.count,
            dyT + channel * stride + pass.outputs.start(part) + rows.lowerBound,
            stride,
            packed + (number - panels.startIndex) * room + start
              * panel.columns, nil, isBegun ? out : nil, 0, out,
            pass.tapStride)
        }
      }
      if !isBegun {
        for number in groups[run] {
          let panel = panels[number]
          for row in blocks[block] {
            (dTaps + pass.start(tap: tap, group: panel.group)
              + row * pass.tapStride + panel.channels.lowerBound)
              .update(repeating: 0, count: panel.channels.count)
          }
        }
      }
    }
  }
}
