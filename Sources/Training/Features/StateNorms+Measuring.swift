import Records
import Upstreams

extension StateNorms {
  /// Utterances that are looked at, evenly among all.
  private static let mostUtterances = 32

  /// Of stored features; nil if there is but one layer.
  ///
  /// - Parameter spans: of utterances whose features are there.
  init?(of spans: [AudioSpan], in source: FeatureSource) throws {
    let count = min(Self.mostUtterances, spans.count)
    guard source.description.layers > 1, count > 0 else { return nil }
    var sums = [Double](repeating: 0, count: source.description.layers)
    var frames = 0
    for place in 0..<count {
      let states = try source.states(for: spans[place * spans.count / count])
      frames += states.frames
      let values = states.floats()
      for row in 0..<states.layers * states.frames {
        var squares = 0.0
        for i in row * states.dimension..<(row + 1) * states.dimension {
          squares += Double(values[i]) * Double(values[i])
        }
        sums[row / states.frames] += squares.squareRoot()
      }
    }
    self.init(
      norms: sums.map { $0 / Double(max(1, frames)) }, utterances: count,
      areMeans: source.view.pooling == .meanPooled)
  }
}
