import Foundation

@testable import Upstreams

/// Three layers of width four, every value a function of the frame's samples.
struct ToyUpstream: Upstream {
  var description = UpstreamDescription(
    name: "toy", title: "for tests",
    digest: String(repeating: "ab", count: 32), layers: 3, dimension: 4,
    samplesPerFrame: 320, parameters: 0)
  /// Seconds that an utterance takes.
  var delay = 0.0
  /// Spoils the outcome.
  var spoil: @Sendable (inout HiddenStates) -> Void = { _ in }

  func hiddenStates(of samples: [Float]) throws -> HiddenStates {
    if delay > 0 { Thread.sleep(forTimeInterval: delay) }
    let frames = samples.count / 320
    var values: [Float] = []
    for layer in 0..<3 {
      for frame in 0..<frames {
        let slice = samples[frame * 320..<(frame + 1) * 320]
        let sum = slice.reduce(0, +)
        for i in 0..<4 {
          values.append(
            sum * Float(layer + 1) + Float(i * i) * slice[frame * 320])
        }
      }
    }
    var states = HiddenStates(
      layers: 3, frames: frames, dimension: 4, values: values)
    spoil(&states)
    return states
  }
}
