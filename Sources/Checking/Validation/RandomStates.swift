import Hosting
import Speech
import Tensors
import Upstreams

/// Hidden states that no upstream had to be run for: normal random numbers
/// that depend on the utterance alone.
final class RandomStates {
  static let layers = 3
  static let dimension = 32
  static let samplesPerFrame = 320

  private final class Block {
    let values: UnsafeMutablePointer<Float>
    let frames: Int

    init(frames: Int) {
      self.frames = frames
      let count = RandomStates.layers * frames * RandomStates.dimension
      values = .allocate(capacity: count)
      values.initialize(repeating: 0, count: count)
    }

    deinit { values.deallocate() }
  }

  private let random = CounterRandom(seed: 7)
  private var blocks: [String: Block] = [:]

  /// As many frames as the utterance's audio gives; one, which is their
  /// mean, if `isPooled`. Valid as long as this object.
  func states(of item: ExpertItem, isPooled: Bool) -> LayeredStates {
    let crop = item.span.crop.map { "#\($0.variant)" } ?? ""
    let key = item.id + crop
    let whole = blocks[key] ?? draw(key, frames: Self.frames(of: item.span))
    blocks[key] = whole
    guard isPooled else { return Self.layered(whole) }
    let mean = blocks[key + "#mean"] ?? Self.mean(of: whole)
    blocks[key + "#mean"] = mean
    return Self.layered(mean)
  }

  private static func layered(_ block: Block) -> LayeredStates {
    LayeredStates(
      .float32(UnsafePointer(block.values)), layers: layers,
      frames: block.frames, dim: dimension)
  }

  private func draw(_ key: String, frames: Int) -> Block {
    let block = Block(frames: frames)
    let stream = CounterRandom.stream(key)
    for index in 0..<Self.layers * frames * Self.dimension {
      block.values[index] = Float(
        random.standardNormal(stream: stream, index: UInt64(index)))
    }
    return block
  }

  private static func mean(of whole: Block) -> Block {
    let mean = Block(frames: 1)
    for layer in 0..<layers {
      for column in 0..<dimension {
        var sum = 0.0
        for frame in 0..<whole.frames {
          let row = layer * whole.frames + frame
          sum += Double(whole.values[row * dimension + column])
        }
        mean.values[layer * dimension + column] = Float(
          sum / Double(whole.frames))
      }
    }
    return mean
  }

  /// A second's frames where the audio cannot be read, or has no such span:
  /// the check of the items complains of that.
  private static func frames(of span: AudioSpan) -> Int {
    let whole = try? AudioFile.info(span.path).speechSamples
    let own = whole.flatMap { try? span.length(samples: $0) }
    var samples = own ?? speechSampleRate
    if let crop = span.crop { samples = min(samples, crop.length) }
    return max(1, samples / samplesPerFrame)
  }
}
