import Testing

@testable import TaskKit

@Suite struct SlotSpanTests {
  private struct Sample: Decodable {
    var text: String
    var spans: [[String]]
    var cleaned: [String]
  }

  @Test func spansAreThoseOfTheRegularExpression() throws {
    let cases: [Sample] = try metricFixture("slots")
    #expect(cases.count > 100)
    for sample in cases {
      let spans = SlotSpan.all(in: sample.text)
      #expect(spans.map { [$0.type, $0.value] } == sample.spans)
      #expect(spans.map(\.withoutNestedMarkers.value) == sample.cleaned)
    }
  }

  @Test func severalSpacesAreOne() {
    #expect(
      SlotSpan.all(in: "PLAY  B-artist   A  B   E-artist")
        == [SlotSpan(type: "artist", value: "A B")])
  }

  @Test func anEmptyValueIsNoSlot() {
    #expect(SlotSpan.all(in: "B-a E-a").isEmpty)
    #expect(SlotSpan.all(in: "B-a  E-a").isEmpty)
    #expect(SlotSpan.all(in: "B- X E-").isEmpty)
    #expect(SlotSpan.all(in: "B-a X E-b").isEmpty)
  }
}
