/// How a convolution walks over the rows of each utterance: output row r is
/// made from input rows r · stride + tap · dilation - padding, tap from 0 to
/// width - 1; rows that are not there are zeros.
struct Convolution {
  var width: Int
  var stride = 1
  var padding = 0
  var dilation = 1
  /// Input and output channels fall into this many groups that do not mix.
  var groups = 1

  /// Larger ones overflow somewhere, and are no model's.
  private static let most = Int(Int32.max)

  var isValid: Bool {
    let positive = [width, stride, dilation, groups]
    return positive.allSatisfy { (1...Self.most).contains($0) }
      && (0...Self.most).contains(padding)
  }

  /// How many rows come out of `rows`.
  func length(of rows: Int) -> Int {
    let last = rows + 2 * padding - dilation * (width - 1) - 1
    return last < 0 ? 0 : last / stride + 1
  }

  /// Which output rows have their `tap` on one of the input rows, of an
  /// utterance with `count` output rows.
  func outputs(reading inputs: Range<Int>, tap: Int, count: Int) -> Range<Int> {
    // The first r with r · stride >= row + padding - tap · dilation.
    func first(_ row: Int) -> Int {
      let distance = row + padding - tap * dilation
      return distance <= 0 ? 0 : min((distance + stride - 1) / stride, count)
    }
    let lower = first(inputs.lowerBound)
    return lower..<max(lower, first(inputs.upperBound))
  }

  /// The input row under `tap` of output row `row`.
  func input(_ row: Int, tap: Int) -> Int {
    row * stride + tap * dilation - padding
  }
}

extension Engine {
  /// How many rows each utterance has after a convolution, as offsets; the
  /// contract's conv1d_offsets. Utterances too short for it get none; so do
  /// all where a number is out of range.
  package static func convolutionOffsets(
    _ offsets: [Int], width: Int, stride: Int = 1, padding: Int = 0,
    dilation: Int = 1
  ) -> [Int] {
    let convolution = Convolution(
      width: width, stride: stride, padding: padding, dilation: dilation)
    let possible = 0...Int(UInt32.max)
    return Segments(
      of: zip(offsets, offsets.dropFirst()).map { start, end in
        guard convolution.isValid, possible.contains(start),
          possible.contains(end)
        else { return 0 }
        return convolution.length(of: max(0, end - start))
      }
    ).offsets
  }
}
