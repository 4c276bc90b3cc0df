import Testing

@testable import TaskKit

@Suite struct TermDetectionsTests {
  private let detections = TermDetections(terms: [
    TermDetections.Term(
      id: "q&1",
      detections: [
        TermDetections.Detection(
          document: "d\"1", score: 2.123_456, isAccepted: true),
        TermDetections.Detection(
          document: "d2", score: -0.000_04, isAccepted: false),
      ]),
    TermDetections.Term(id: "q2", detections: []),
  ])

  /// As s3prl writes it.
  private let text = """
    <stdlist termlist_filename="benchmark.stdlist.xml" indexing_time="1.00" \
    language="english" index_size="1" system_id="benchmark">
      <detected_termlist termid="q&amp;1" term_search_time="1.0" \
    oov_term_count="1">
        <term file="d&quot;1" channel="1" tbeg="0.000" dur="0.00" \
    score="2.1235" decision="YES"/>
        <term file="d2" channel="1" tbeg="0.000" dur="0.00" score="-0.0000" \
    decision="NO"/>
      </detected_termlist>
      <detected_termlist termid="q2" term_search_time="1.0" \
    oov_term_count="1">
      </detected_termlist>
    </stdlist>

    """

  @Test func listIsWrittenAsS3PRLWritesIt() {
    #expect(detections.xml() == text)
  }

  @Test func whatIsWrittenIsReadAsItWasRounded() throws {
    var read = try TermDetections(parsing: detections.xml())
    #expect(read.terms.map(\.line) == [2, 6])
    #expect(read.terms[0].detections.map(\.line) == [3, 4])
    for t in read.terms.indices {
      read.terms[t].line = nil
      for d in read.terms[t].detections.indices {
        read.terms[t].detections[d].line = nil
      }
    }
    #expect(read == detections.rounded)
    #expect(read.terms[0].detections[0].score == 2.1235)
  }

  @Test(arguments: [
    ("score=\"x\"", 3), ("score=\"nan\"", 3), ("decision=\"MAYBE\"", 3),
    ("name=\"x\"", 3),
  ])
  func badAttributesAreRefusedWithTheirLine(attribute: String, line: Int) {
    let name = attribute.prefix { $0 != "=" }
    let attributes = ["file=\"d\"", "score=\"1\"", "decision=\"YES\""]
      .map { $0.hasPrefix(name + "=") ? attribute : $0 }
      .filter { attribute.hasPrefix("name") ? !$0.hasPrefix("file") : true }
    let error = #expect(throws: MetricError.self) {
      try TermDetections(
        parsing: """
          <stdlist>
          <detected_termlist termid="q">
          <term \(attributes.joined(separator: " "))/>
          </detected_termlist>
          </stdlist>
          """)
    }
    #expect(error?.line == line)
  }

  @Test func damagedListsAreReadOrRefused() {
    let results = errorsOfDamaged(text, seed: 14, rounds: 1500) {
      let read = try TermDetections(parsing: $0)
      #expect(
        read.terms.allSatisfy { $0.detections.allSatisfy(\.score.isFinite) })
      _ = try TermReference.terms(parsing: $0)
    }
    for result in results { #expect(result.error is MetricError?) }
    #expect(results.contains { $0.error != nil })
  }
}
