import Diagnostics

@testable import Upstreams

/// The toy that takes several utterances at a time, and none if one is too
/// short.
struct ToyGroupUpstream: GroupUpstream {
  let description = ToyUpstream().description
  /// Passes of more than one utterance.
  let passes = Counter()

  func hiddenStates(of samples: [Float]) throws -> HiddenStates {
    try ToyUpstream().hiddenStates(of: samples)
  }

  func hiddenStates(ofEach utterances: [[Float]]) throws -> [HiddenStates] {
    if utterances.count > 1 { passes.increment() }
    if utterances.contains(where: { $0.count < 320 }) {
      throw UserError("too short")
    }
    return try utterances.map(hiddenStates(of:))
  }
}
