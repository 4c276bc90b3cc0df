import Diagnostics
import Testing

@testable import Models

@Suite struct SpeechModelsTests {
  @Test(arguments: ModelFixture.names)
  func eachMissingTensorIsNamed(name: String) throws {
    let fixture = try ModelFixture(name)
    for tensor in fixture.tensors.names {
      var tensors = fixture.tensors
      tensors.tensors[tensor] = nil
      let found = #expect(throws: UserError.self) {
        try SpeechModels.load(
          configuration: fixture.configuration, tensors: tensors)
      }
      #expect(found?.what.contains(tensor) == true)
    }
  }

  @Test func aWrongShapeIsNamedWithBothShapes() throws {
    let fixture = try ModelFixture("wavlm")
    let name = "encoder.layers.1.attention.gru_rel_pos_linear.weight"
    var tensors = fixture.tensors
    tensors.tensors[name] = ([8, 9], [Float](repeating: 0, count: 72))
    let found = #expect(throws: UserError.self) {
      try SpeechModels.load(
        configuration: fixture.configuration, tensors: tensors)
    }
    for part in [name, "[8, 9]", "[8, 8]"] {
      #expect(found?.what.contains(part) == true)
    }
  }

  @Test func tensorsOfOthersAreLeftAlone() throws {
    let fixture = try ModelFixture("hubert")
    var tensors = fixture.tensors
    tensors.tensors["lm_head.weight"] = ([1], [0])
    let model = try SpeechModels.load(
      configuration: fixture.configuration, tensors: tensors)
    #expect(model.shape == (try fixture.load().shape))
  }

  @Test func thePreprocessorDecidesForLayerNormModelsAlone() throws {
    let waveform = ModelFixture.waveform(4000)
    for (name, matters) in [("hubert", false), ("hubert-large", true)] {
      let fixture = try ModelFixture(name)
      let states = try [nil, true, false].map { normalizes in
        try SpeechModels.load(
          configuration: fixture.configuration,
          preprocessor: AudioPreprocessor(normalizes: normalizes),
          tensors: fixture.tensors
        ).hiddenStates(of: waveform).values
      }
      #expect(states[0] == states[1])
      #expect((states[1] != states[2]) == matters)
    }
  }
}
