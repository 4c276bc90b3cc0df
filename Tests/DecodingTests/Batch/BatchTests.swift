import Testing

@testable import Decoding

@Suite struct BatchTests {
  @Test func anyNumberOfThreadsGivesTheSameBits() throws {
    let fixture = try FlashlightFixture()
    let decoder = try fixture.decoder(fixture.settings[1])
    let found = try [1, 2, 5].map { threads in
      try decoder.decode(count: 24, best: 4, threads: threads) { index in
        Utterance(id: "\(index)", emissions: fixture.emissions(index))
      }
    }
    #expect(found[0] == found[1] && found[0] == found[2])
  }

  @Test func anUtteranceWithoutFramesIsAnEmptySentence() throws {
    let fixture = try FlashlightFixture()
    let decoder = try fixture.decoder(fixture.settings[0])
    let found = try decoder.decode(count: 1, best: 4, threads: 1) { _ in
      Utterance(id: "x", emissions: [])
    }
    #expect(found[0].count == 1 && found[0][0].words.isEmpty)
  }

  @Test func timesTellWhereTokensAndWordsAre() throws {
    let tokens = try TokenSet(["-", "|", "a", "b"])
    let decoder = try BeamDecoder(
      tokens: tokens, lexicon: Lexicon([("ab", [2, 3, 1])]), model: nil,
      options: DecodingOptions())
    // a, a, blank, b, |
    let path = [2, 2, 0, 3, 1]
    let emissions = path.flatMap { token in
      (0..<4).map { $0 == token ? Float(0) : -9 }
    }
    let found = try decoder.decode(count: 1, best: 1, threads: 1) { _ in
      Utterance(id: "x", emissions: emissions)
    }[0][0]
    #expect(found.words == ["ab"] && found.tokens == ["|", "a", "b", "|"])
    #expect(found.timesteps == [0, 1, 4, 5])
    #expect(found.wordTimesteps == [5])
    #expect(found.score == 0)
  }

  @Test func emissionsThatAreNoLogProbabilitiesAreRefused() throws {
    let fixture = try FlashlightFixture()
    let decoder = try fixture.decoder(fixture.settings[0])
    for (emissions, part) in [
      ([Float](repeating: 0, count: 10), "no whole frames of 9"),
      ([Float](repeating: 0, count: 8) + [.nan], "nan at frame 0, token 8"),
    ] {
      expectUserError(part) {
        try decoder.decode(
          count: 1, best: 1, threads: 1, location: "e.safetensors"
        ) { _ in Utterance(id: "x", emissions: emissions) }
      }
    }
  }

  @Test func optionsThatMakeNoSenseAreRefused() throws {
    let tokens = try TokenSet(["-", "|", "a"])
    var options = DecodingOptions()
    options.beamSize = 0
    expectUserError("--beam-size: the beam holds no hypothesis") {
      try BeamDecoder(
        tokens: tokens, lexicon: nil, model: nil, options: options)
    }
    options = DecodingOptions()
    options.criterion = .asg
    expectUserError("--transitions") {
      try BeamDecoder(
        tokens: tokens, lexicon: nil, model: nil, options: options)
    }
  }
}
