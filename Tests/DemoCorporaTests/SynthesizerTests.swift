import Diagnostics
import Testing

@testable import DemoCorpora

struct SynthesizerTests {
  private func utterance(
    _ text: String, variant: String = "f2", delivery: Delivery = Delivery()
  ) -> Utterance {
    var draws = Draws(seed: 1, "voice")
    let voice = Voice(
      accent: "en-us", variant: variant, spread: .mild, &draws)
    return Utterance(text: text, voice: voice, delivery: delivery)
  }

  @Test func missingProgramIsAUserErrorThatNamesThePackage() {
    let error = #expect(throws: UserError.self) {
      try Synthesizer(program: "no-such-espeak-ng")
    }
    #expect(error?.fix?.contains("install espeak-ng") == true)
  }

  @Test(.needsEspeak) func everyVoiceSpeaksTheSameTwice() throws {
    let synthesizer = try Synthesizer()
    let variants = Voice.femaleVariants + Voice.maleVariants
    let spoken = try variants.map {
      let one = try synthesizer.speak(utterance("yes", variant: $0))
      #expect(try synthesizer.speak(utterance("yes", variant: $0)) == one)
      return one.samples
    }
    // A variant that espeak-ng lacks would sound as its default voice does.
    #expect(Set(spoken).count == variants.count)
  }

  @Test(.needsEspeak) func everyAccentIsKnown() throws {
    let synthesizer = try Synthesizer()
    for accent in Voice.accents {
      var utterance = utterance("house")
      utterance.voice.accent = accent
      let seconds =
        Double(try synthesizer.speak(utterance).samples.count) / 22_050
      #expect(seconds > 0.2)
    }
  }

  @Test(.needsEspeak) func deliveryChangesTheSpeech() throws {
    let synthesizer = try Synthesizer()
    let text = "we are going home now"
    let plain = try synthesizer.speak(utterance(text))
    let slow = try synthesizer.speak(
      utterance(text, delivery: Delivery(rate: 0.7)))
    let lively = try synthesizer.speak(
      utterance(text, delivery: Delivery(range: 2)))
    #expect(slow.samples.count > plain.samples.count * 5 / 4)
    #expect(lively != plain)
  }
}
