/// How a spectrogram is halved in time and in its bins, step by step: by
/// convolutions over both, of three frames and bins.
package struct SubsamplingShape: Sendable, Equatable {
  package var bins: Int
  package var channels: Int
  package var steps: Int

  /// What a step leaves of so many frames or bins: every second.
  static func half(_ count: Int) -> Int { (count + 1) / 2 }

  /// What all steps leave.
  func rest(of count: Int) -> Int {
    (0..<steps).reduce(count) { rest, _ in Self.half(rest) }
  }

  /// Where, of so many, an output's three inputs stand; nil beyond the ends.
  static func inputs(_ output: Int, of count: Int) -> [Int?] {
    (2 * output - 1...2 * output + 1).map { $0 >= 0 && $0 < count ? $0 : nil }
  }

  /// A step's convolutions among the layers: the first step has one, the
  /// others have one for each channel, and one over all channels.
  static func layers(_ step: Int) -> [Int] {
    step == 0 ? [0] : [3 * step - 1, 3 * step]
  }

  func parameters(_ name: String, to width: Int) -> [ModelParameter] {
    func convolution(_ layer: Int, _ shape: [Int]) -> [ModelParameter] {
      [
        ModelParameter(name: "\(name).layers.\(layer).weight", shape: shape),
        ModelParameter(name: "\(name).layers.\(layer).bias", shape: [channels]),
      ]
    }
    var all = convolution(0, [channels, 1, 3, 3])
    for step in 1..<max(1, steps) {
      let layers = Self.layers(step)
      all += convolution(layers[0], [channels, 1, 3, 3])
      all += convolution(layers[1], [channels, channels, 1, 1])
    }
    return all
      + ModelParameter.linear(
        name + ".linear", width, channels * rest(of: bins))
  }
}
