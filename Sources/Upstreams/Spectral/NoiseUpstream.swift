import Diagnostics
import Files
import Foundation
import Speech
import Tensors

/// Gaussian noise that knows nothing of the audio but its identity: the floor
/// that every representation must beat.
///
/// The seed is the SHA-256 of the samples, so an utterance's noise is the
/// same in every run and differs from every other utterance's.
///
/// `random` has the shape of a filterbank. `random:13x768` has the shape of a
/// base model, 13 layers of width 768 every 20 ms, and costs nothing to run:
/// with it, what a task costs can be measured without weights.
package struct NoiseUpstream: Upstream {
  package let description: UpstreamDescription
  private let samplesPerFrame: Int

  /// Noise of a filterbank's shape.
  package init() {
    self.init(name: "random", layers: 1, dimension: 80, samplesPerFrame: 160)
  }

  /// Noise of the shape that a name such as `random:13x768` gives, or nil for
  /// another name.
  init?(shapeIn name: String) {
    guard name.hasPrefix("random:") else { return nil }
    let sizes = name.dropFirst("random:".count).split(
      separator: "x", omittingEmptySubsequences: false
    ).map { Int($0) }
    guard sizes.count == 2, let layers = sizes[0], let width = sizes[1],
      (1...1000).contains(layers), (1...100_000).contains(width)
    else { return nil }
    self.init(
      name: name, layers: layers, dimension: width, samplesPerFrame: 320)
  }

  private init(
    name: String, layers: Int, dimension: Int, samplesPerFrame: Int
  ) {
    self.samplesPerFrame = samplesPerFrame
    let digest = ContentDigest(
      of: "superb.upstream.noise/2", layers, dimension, samplesPerFrame)
    description = UpstreamDescription(
      name: name, title: "Gaussian noise, the floor of every task",
      digest: digest.hexadecimal, layers: layers,
      dimension: dimension, samplesPerFrame: Double(samplesPerFrame),
      parameters: 0)
  }

  package func hiddenStates(of samples: [Float]) throws -> HiddenStates {
    let width = description.dimension
    let layers = description.layers
    let frames = FrameAlignment.keptFrames(
      samples: samples.count, samplesPerFrame: samplesPerFrame)
    guard frames > 0 else {
      throw UserError(
        "\(samples.count) samples at 16 kHz are too few for one frame")
    }
    let hasher = DigestHasher()
    samples.withUnsafeBytes { hasher.combine(bytes: $0) }
    let random = CounterRandom(seed: hasher.finish().firstWord)
    let stream = CounterRandom.stream("noise")
    var values = [Float](repeating: 0, count: layers * frames * width)
    // Box and Muller's transform; 1 - u keeps the logarithm finite.
    for pair in 0..<(values.count + 1) / 2 {
      let index = UInt64(pair) * 2
      let radius =
        (-2 * log(1 - random.uniform(stream: stream, index: index)))
        .squareRoot()
      let angle =
        2 * Double.pi * random.uniform(stream: stream, index: index + 1)
      values[pair * 2] = Float(radius * cos(angle))
      if pair * 2 + 1 < values.count {
        values[pair * 2 + 1] = Float(radius * sin(angle))
      }
    }
    return HiddenStates(
      layers: layers, frames: frames, dimension: width, values: values)
  }
}

extension UpstreamFamily {
  /// Representations without information.
  package static let noise: UpstreamFamily = {
    @Sendable func make(_ name: String) -> NoiseUpstream {
      NoiseUpstream(shapeIn: name) ?? NoiseUpstream()
    }
    return UpstreamFamily(
      title: "floors",
      members: [
        Member("random", title: NoiseUpstream().description.title)
      ],
      recognizes: { NoiseUpstream(shapeIn: $0) != nil },
      describe: { make($0).description }, make: { make($0) })
  }()
}
