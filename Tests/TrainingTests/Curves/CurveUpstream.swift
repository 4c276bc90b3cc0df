@testable import Upstreams

/// Hidden states that are draws, and known by the number of frames alone: the
/// program that made the curves has the same.
struct CurveUpstream: Upstream {
  static let layers = 3
  static let dimension = 8
  static let samplesPerFrame = 320

  var description: UpstreamDescription {
    UpstreamDescription(
      name: "curve", title: "draws by the number of frames", digest: "curve",
      layers: Self.layers, dimension: Self.dimension,
      samplesPerFrame: Double(Self.samplesPerFrame), parameters: 0)
  }

  func hiddenStates(of samples: [Float]) throws -> HiddenStates {
    let frames = samples.count / Self.samplesPerFrame
    return HiddenStates(
      layers: Self.layers, frames: frames, dimension: Self.dimension,
      values: Self.draws(
        "states/\(frames)", count: Self.layers * frames * Self.dimension))
  }

  /// Uniform over -1 ..< 1 in steps of 2⁻²³: SplitMix64, its state at the
  /// FNV-1a hash of the name.
  static func draws(_ name: String, count: Int) -> [Float] {
    var state = name.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3
    }
    return (0..<count).map { _ in
      state &+= 0x9e37_79b9_7f4a_7c15
      var z = state
      z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
      z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
      return Float((z ^ (z >> 31)) >> 40) * 0x1p-23 - 1
    }
  }
}
