import Testing

@testable import DemoCorpora

@Suite(.needsEspeak) struct ClipTests {
  private func clip(_ text: String, _ length: Clip.Length) -> Clip {
    var draws = Draws(seed: 1, "voice")
    let voice = Voice(accent: "en-us", variant: "m3", spread: .strong, &draws)
    return Clip(
      path: "a.wav", source: .speech(Utterance(text: text, voice: voice)),
      length: length, level: -20)
  }

  private func render(_ clip: Clip) throws -> [Float] {
    var draws = Draws(seed: 1, clip.path)
    return try clip.render(Synthesizer(), &draws)
  }

  @Test(arguments: ["go", "a sentence that is much longer than one second"])
  func fixedLengthIsKept(text: String) throws {
    let samples = try render(clip(text, .fixed(seconds: 1, place: 0.5)))
    #expect(samples.count == 16_000)
  }

  @Test func naturalLengthAddsLeadAndTail() throws {
    let bare = try render(clip("house", .natural(lead: 0, tail: 0)))
    let padded = try render(clip("house", .natural(lead: 0.25, tail: 0.5)))
    #expect(padded.count == bare.count + 12_000)
    // The lead is background alone, 60 dB below full scale.
    #expect(abs(Level.rms(Array(padded.prefix(4000))) - 0.001) < 1e-4)
  }

  @Test func levelIsThatOfTheSound() throws {
    let samples = try render(clip("house", .natural(lead: 0, tail: 0)))
    #expect(abs(Level.rms(samples) - 0.1) < 1e-3)
  }
}
