import Diagnostics
import TestSupport
import Testing

@testable import Records

@Suite struct FeatureSelectionTests {
  private func layer(
    _ selection: String, _ layer: Int? = nil, of count: Int
  ) throws -> Int? {
    var feature = FeatureSelection()
    feature.stateName = selection
    feature.layer = layer
    return try feature.selectedLayer(of: count)
  }

  @Test func allStatesAreWeighedUnlessThereIsOne() throws {
    #expect(try layer("hidden_states", of: 13) == nil)
    #expect(try layer("hidden_states", of: 1) == 0)
  }

  @Test func namesAndIndicesSelectOneLayer() throws {
    #expect(try layer("last_hidden_state", of: 13) == 12)
    #expect(try layer("hidden_state_4", of: 13) == 4)
    #expect(try layer("hidden_states", 3, of: 13) == 3)
    #expect(try layer("hidden_states", -1, of: 13) == 12)
    #expect(try layer("hidden_states", -13, of: 13) == 0)
  }

  @Test(arguments: [13, -14, 100])
  func layersThatAreNotThereAreTheUsersError(index: Int) {
    #expect(throws: UserError.self) {
      try layer("hidden_states", index, of: 13)
    }
  }

  @Test func unknownStatesAreNamed() throws {
    let error = #expect(throws: UserError.self) {
      try layer("hidden_stats", of: 13)
    }
    #expect(error?.fix == "did you mean 'hidden_states'?")
    #expect(throws: UserError.self) { try layer("hidden_state_13", of: 13) }
    #expect(throws: UserError.self) { try layer("hidden_state_x", of: 13) }
  }

  @Test func fileIsReadAndChecked() throws {
    let feature = try FeatureSelection(
      Samples.yaml("{layer: -2, normalize: true, dtype: float16}"))
    #expect(feature.layer == -2)
    #expect(feature.normalize && feature.halfPrecision)
    let value = try Samples.yaml("{dtype: float64}")
    #expect(throws: UserError.self) { try FeatureSelection(value) }
  }
}
