import Diagnostics
import Foundation
import Speech
import Tensors

/// Gaussian noise that knows nothing of the audio but its identity: the floor
/// that every representation must beat.
///
/// The seed is the SHA-256 of the samples, so an utterance's noise is the
/// same in every run and differs from every other utterance's.
public struct NoiseUpstream: Upstream {
  public let description: UpstreamDescription
  private static let samplesPerFrame = 160

  public init() {
    let hasher = DigestHasher()
    hasher.combine("superb.upstream.noise/1")
    description = UpstreamDescription(
      name: "random", title: "Gaussian noise, the floor of every task",
      digest: hasher.finish().hexadecimal, layers: 1, dimension: 80,
      samplesPerFrame: Double(NoiseUpstream.samplesPerFrame), parameters: 0)
  }

  public func hiddenStates(of samples: [Float]) throws -> HiddenStates {
    let width = description.dimension
    let frames = FrameAlignment.keptFrames(
      samples: samples.count, samplesPerFrame: NoiseUpstream.samplesPerFrame)
    guard frames > 0 else {
      throw UserError(
        "\(samples.count) samples at 16 kHz are too few for one frame")
    }
    let hasher = DigestHasher()
    samples.withUnsafeBytes { hasher.combine(bytes: $0) }
    let random = CounterRandom(seed: hasher.finish().firstWord)
    let stream = CounterRandom.stream("noise")
    var values = [Float](repeating: 0, count: frames * width)
    // Box and Muller's transform; 1 - u keeps the logarithm finite.
    for pair in 0..<values.count / 2 {
      let index = UInt64(pair) * 2
      let radius =
        (-2 * log(1 - random.uniform(stream: stream, index: index)))
        .squareRoot()
      let angle =
        2 * Double.pi * random.uniform(stream: stream, index: index + 1)
      values[pair * 2] = Float(radius * cos(angle))
      values[pair * 2 + 1] = Float(radius * sin(angle))
    }
    return HiddenStates(
      layers: 1, frames: frames, dimension: width, values: values)
  }
}

extension UpstreamFamily {
  /// Representations without information.
  public static let noise: UpstreamFamily = {
    let upstream = NoiseUpstream()
    return UpstreamFamily(
      title: "floors",
      members: [Member("random", title: upstream.description.title)],
      describe: { _ in upstream.description }, make: { _ in upstream })
  }()
}
