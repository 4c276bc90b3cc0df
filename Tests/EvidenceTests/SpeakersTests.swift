import Testing

@testable import Evidence

@Suite struct SpeakersTests {
  @Test(arguments: [
    ("1089-134686-0001", "1089"), ("id10270-5r0dWxy17C8-00001", "id10270"),
    ("right-0ff728b5_nohash_3.wav", "0ff728b5"),
    ("Ses01F_impro01_M002", "Ses01M"), ("Ses01F_impro01_F002", "Ses01F"),
    ("Brian-snips-test-0", "Brian"),
  ])
  func publishedCorporaNameTheirSpeakers(id: String, speaker: String) {
    #expect(Speakers.speaker(of: id) == speaker)
  }

  @Test func whatTheTaskSaysComesFirst() {
    #expect(
      Speakers.speaker(of: "1089-1-2", attributes: ["speaker": "me"]) == "me")
    #expect(Speakers.speaker(of: "02ae1e91-b8ec-48fe-b60e") == nil)
    #expect(Speakers.speaker(of: "_silence_-0.wav") == nil)
    // A mixture of two.
    #expect(Speakers.speaker(of: "1089-1-0001_121-2-0002") == nil)
  }

  @Test func trialsNameBothSides() throws {
    let both = try #require(
      Speakers.speakers(
        ofTrial: "id10292-q5_id4ESZ-00001_id10283-j374DYvpGot-00001"))
    #expect(both == ("id10292", "id10283"))
    #expect(Speakers.speakers(ofTrial: "a_b") == nil)
  }
}
