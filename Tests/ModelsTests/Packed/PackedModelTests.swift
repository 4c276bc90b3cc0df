import Diagnostics
import Foundation
import Testing

@testable import Models

@Suite struct PackedModelTests {
  @Test(arguments: ModelFixture.names)
  func statesAreThoseOfTheReference(name: String) throws {
    let fixture = try ModelFixture(name)
    let model = try fixture.load()
    for one in fixture.cases {
      let found = try model.hiddenStates(
        of: ModelFixture.waveform(one.samples))
      #expect(found.frames == one.frames)
      #expect(model.shape.layers == one.states)
      let size = model.shape.dimension
      #expect(found.values.count == one.states * one.frames * size)
      for state in 0..<one.states {
        let expected = fixture.expected(one, state: state)
        let largest =
          one.largest?[state] ?? expected.lazy.map(abs).max() ?? 0
        #expect(largest > 0.1)
        var difference: Float = 0
        var place = expected.startIndex
        for frame in one.kept ?? Array(0..<one.frames) {
          let row = (state * one.frames + frame) * size
          for index in 0..<size {
            let distance = abs(found.values[row + index] - expected[place])
            // A NaN is a difference, too.
            if !(distance <= difference) { difference = distance }
            place += 1
          }
        }
        #expect(
          difference <= 1e-4 * largest,
          "\(one.samples) samples, state \(state): off by \(difference)")
      }
    }
  }

  @Test(arguments: ModelFixture.names)
  func bitsDependOnTheSamplesAlone(name: String) async throws {
    let model = try ModelFixture(name).load()
    let waveform = ModelFixture.waveform(16000)
    let alone = try model.hiddenStates(of: waveform).values
    // After others, and among others.
    _ = try model.hiddenStates(of: ModelFixture.waveform(40000))
    _ = try model.hiddenStates(of: ModelFixture.waveform(400))
    try await withThrowingTaskGroup(of: [Float]?.self) { group in
      for index in 0..<6 {
        group.addTask {
          let count = index % 3 == 0 ? 9000 + 700 * index : 16000
          let states = try model.hiddenStates(
            of: Array(ModelFixture.waveform(count)))
          return count == 16000 ? states.values : nil
        }
      }
      for try await states in group {
        if let states { #expect(states == alone) }
      }
    }
  }

  @Test(arguments: ModelFixture.names)
  func companyInAPassLeavesNoTrace(name: String) throws {
    let model = try ModelFixture(name).load()
    let utterances = [16000, 400, 3333, 9000, 720].map {
      ModelFixture.waveform($0)
    }
    let alone = try utterances.map { try model.hiddenStates(of: $0) }
    for chosen in [[0, 1, 2, 3, 4], [4, 2], [1, 0, 1], [3]] {
      let together = try model.hiddenStates(
        ofEach: chosen.map { utterances[$0] })
      #expect(together.map(\.frames) == chosen.map { alone[$0].frames })
      for (states, index) in zip(together, chosen) {
        #expect(states.values == alone[index].values)
      }
    }
    #expect(try model.hiddenStates(ofEach: []).isEmpty)
    #expect(throws: UserError.self) {
      try model.hiddenStates(ofEach: [utterances[0], [0, 0, 0]])
    }
  }

  @Test(arguments: ["wav2vec2", "wav2vec2-large", "wavlm"])
  func samplesBehindTheLastFrameDoNotCount(name: String) throws {
    // One frame looks at 400 samples; the next needs 320 more.
    let model = try ModelFixture(name).load()
    let frames = try model.hiddenStates(of: ModelFixture.waveform(719)).frames
    #expect(frames == 1)
    #expect(
      try model.hiddenStates(of: ModelFixture.waveform(720)).frames == 2)
  }

  @Test func tooShortAudioIsTheUsersError() throws {
    let model = try ModelFixture("wav2vec2").load()
    for count in [0, 1, 9, 10, 399] {
      #expect {
        try model.hiddenStates(of: ModelFixture.waveform(count))
      } throws: { error in
        (error as? UserError)?.what.contains("400") == true
      }
    }
  }

  @Test func levelAndOffsetDoNotMatterWhereSamplesAreNormalized() throws {
    let model = try ModelFixture("wav2vec2-large").load()
    let waveform = ModelFixture.waveform(8000)
    let expected = try model.hiddenStates(of: waveform).values
    let other = try model.hiddenStates(of: waveform.map { 2 * $0 + 0.5 })
    let largest = expected.map(abs).max() ?? 0
    for (a, b) in zip(expected, other.values) {
      #expect(abs(a - b) <= 1e-3 * largest)
    }
  }

  @Test func silenceGivesNumbers() throws {
    for name in ModelFixture.names {
      let states = try ModelFixture(name).load().hiddenStates(
        of: [Float](repeating: 0, count: 4000))
      let finite = states.values.allSatisfy(\.isFinite)
      #expect(finite, "\(name)")
    }
  }

  @Test func shapeIsWhatTheConfigurationSays() throws {
    let fixture = try ModelFixture("distilhubert")
    let shape = try fixture.load().shape
    #expect(shape.layers == 6)
    #expect(shape.dimension == 24)
    #expect(shape.samplesPerFrame == 320)
    #expect(shape.receptiveField == 400)
    let numbers = fixture.tensors.tensors.values.reduce(0) {
      $0 + $1.values.count
    }
    #expect(shape.parameters == numbers)
  }
}
