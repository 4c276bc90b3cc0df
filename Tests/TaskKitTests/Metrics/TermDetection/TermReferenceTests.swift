import Testing

@testable import TaskKit

@Suite struct TermReferenceTests {
  @Test func filesOfADatabaseAreRead() throws {
    let terms = try TermReference.terms(
      parsing: """
        <?xml version="1.0" encoding="UTF-8"?>
        <termlist ecf_filename="x.ecf.xml" language="multiple" version="1">
        <term termid="q1"><termtext>q1</termtext></term>
        <term termid="q2"><termtext>a</termtext><terminfo><attr>
          <name>n</name></attr></terminfo></term>
        <term termid="q3"/>
        </termlist>
        """)
    let documents = try TermReference.documents(
      parsing: """
        <ecf source_signal_duration="3.5" version="1">
        <excerpt audio_filename="audio/d1.wav" channel="1" tbeg="0.000"
          dur="1.5" language="multiple" source_type="x"/>
        <excerpt audio_filename="d2" channel="1" tbeg="0" dur="2"/>
        </ecf>
        """)
    let occurrences = try TermReference.occurrences(
      parsing: """
        ;; a comment
        SPEAKER d1 1 0.000 1.500 <NA> <NA> SELF <NA>
        LEXEME d1 1 0.000 1.500 q1 lex SELF <NA>
        LEXEME d1.wav 1 0.000 1.500 another lex SELF <NA>
        LEXEME d9 1 0.000 1.500 q2 lex SELF <NA>
        LEXEME d2 1 0.000 2.000 q1 lex SELF <NA> <NA>
        """)
    let reference = try TermReference(
      terms: terms, documents: documents, occurrences: occurrences)
    #expect(reference.terms == ["q1", "q2", "q3"])
    #expect(reference.documents == ["d1", "d2"])
    #expect(reference.occurrences == ["q1": ["d1", "d2"]])
  }

  @Test func repeatedNamesAndAnEmptyTruthAreRefused() {
    func source(
      _ terms: [String], _ documents: [String], _ truth: [String: Set<String>]
    ) -> MetricError.Source? {
      let error = #expect(throws: MetricError.self) {
        try TermReference(
          terms: terms, documents: documents, occurrences: truth)
      }
      return error?.source
    }
    #expect(source(["q", "q"], ["d"], ["q": ["d"]]) == .trials)
    #expect(source(["q"], ["d", "d"], ["q": ["d"]]) == .regions)
    #expect(source(["q"], ["d"], ["p": ["d"], "q": ["e"]]) == .reference)
  }

  @Test func shortLexemesAreRefusedWithTheirLine() {
    let error = #expect(throws: MetricError.self) {
      try TermReference.occurrences(parsing: "SPEAKER x\nLEXEME d1 1 0 1 q\n")
    }
    #expect(error?.line == 2)
  }

  @Test func otherElementsAreRefused() {
    for text in [
      "<ecf/>", "<termlist><excerpt/></termlist>",
      "<termlist><term/></termlist>",
    ] {
      #expect(throws: MetricError.self) {
        try TermReference.terms(parsing: text)
      }
    }
  }
}
