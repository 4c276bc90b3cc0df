import Testing

@testable import Upstreams

struct HiddenStatesTests {
  let states = HiddenStates(
    layers: 2, frames: 3, dimension: 2,
    values: [1, 3, 5, 9, 0, 0, -1, 1, 2, 2, 5, 6])

  @Test func meanPoolingAveragesTheFramesOfEachLayer() {
    #expect(
      states.meanPooled()
        == HiddenStates(
          layers: 2, frames: 1, dimension: 2, values: [2, 4, 2, 3]))
  }

  @Test func aPrefixCutsEveryLayer() {
    #expect(states.prefix(frames: 1).values == [1, 3, -1, 1])
    #expect(states.prefix(frames: 3) == states)
    #expect(states.prefix(frames: 9) == states)
  }

  @Test func normalisationUsesTheBiasedVariance() {
    let values = states.normalized().values
    // (1 - 2) / √(1 + 1e-5) and (5 - 7) / √(4 + 1e-5); equal values give 0.
    #expect(abs(values[0] + 0.999995) < 1e-6)
    #expect(abs(values[2] + 0.99999875) < 1e-6)
    #expect(values[4] == 0 && values[8] == 0)
  }

  @Test func normalisationComesBeforePooling() {
    let view = FeatureView(pooling: .meanPooled, isNormalized: true)
    #expect(view.apply(to: states) == states.normalized().meanPooled())
    #expect(view.apply(to: states) != states.meanPooled().normalized())
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func oneBadValueIsFound(_ bad: Float) {
    var spoilt = states
    #expect(spoilt.isFinite)
    spoilt.values[7] = bad
    #expect(!spoilt.isFinite)
  }
}
