/// The size of a convolution.
package struct ConvolutionShape: Sendable, Equatable, Codable {
  package var channels, kernel, stride: Int

  package init(channels: Int, kernel: Int, stride: Int) {
    self.channels = channels
    self.kernel = kernel
    self.stride = stride
  }

  /// The rows that come of so many; 0 if they are too few.
  func rows(of rows: Int) -> Int {
    rows < kernel ? 0 : (rows - kernel) / stride + 1
  }
}

/// Convolutions one after the other, the first of them over samples.
extension [ConvolutionShape] {
  /// Samples from one frame to the next.
  var samplesPerFrame: Int { reduce(1) { Swift.min($0, 1 << 20) * $1.stride } }

  /// Samples that one frame looks at: the fewest that give a frame.
  var receptiveField: Int {
    reversed().reduce(1) { ($0 - 1) * $1.stride + $1.kernel }
  }

  /// The frames that so many samples give; 0 if they are too few.
  func frames(samples: Int) -> Int { reduce(samples) { $1.rows(of: $0) } }
}

/// A convolution over the frames of an utterance, with rows added to them.
package struct FrameConvolution: Sendable {
  var channels, kernel: Int
  var stride = 1
  /// Rows of zeros before the first frame and after the last.
  var before = 0
  var after = 0
  /// Whether what stands before the first frame is its repetition.
  var repeatsFirst = false
  /// Whether what stands before the first frame and after the last are the
  /// frames mirrored there; of fewer frames than that takes, zeros follow.
  var isMirrored = false
  /// Whether as many rows more stand after the last frame as make its stride
  /// whole.
  var fillsStride = false
  /// Input and output channels fall into this many groups that do not mix.
  var groups = 1
  var hasBias = true
  /// Whether the weight is g · v / |v|, one g for each tap of the kernel.
  var isWeightNormed = false
  /// Whether that is so with one g for each output channel.
  var normsChannels = false

  func frames(of frames: Int) -> Int {
    ConvolutionShape(channels: channels, kernel: kernel, stride: stride)
      .rows(of: before + frames + after(frames))
  }

  /// Rows after the last of so many frames.
  func after(_ frames: Int) -> Int {
    fillsStride ? after + (stride - frames % stride) % stride : after
  }

  /// Of a mirrored convolution the frame that stands `place` rows from the
  /// first of so many; nil for zeros.
  func mirrored(_ place: Int, of frames: Int) -> Int? {
    let end = max(frames, max(before, after(frames)) + 1) - 1
    let frame = place > end ? 2 * end - place : abs(place)
    return frame >= 0 && frame < frames ? frame : nil
  }

  func parameters(_ name: String, inputs: Int) -> [ModelParameter] {
    let shape = [channels, inputs / groups, kernel]
    let weight =
      isWeightNormed || normsChannels
      ? [
        (".weight_g", normsChannels ? [channels, 1, 1] : [1, 1, kernel]),
        (".weight_v", shape),
      ]
      : [(".weight", shape)]
    return (weight + (hasBias ? [(".bias", [channels])] : [])).map {
      ModelParameter(name: name + $0, shape: $1)
    }
  }
}
