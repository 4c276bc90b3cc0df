import Foundation

/// What stands in `scoring`.
extension QUESSTDemo {
  /// The language of every recording.
  static func key(
    _ set: String, _ recordings: [Recording]
  ) -> CorpusPlan.Document {
    CorpusPlan.Document(
      path: "scoring/language_key_\(set).lst",
      text: recordings.map {
        "\(root)/\($0.path) \($0.language.rawValue)\n"
      }.joined())
  }

  /// The formats of NIST's 2006 evaluation of spoken term detection. As in
  /// the database, the truth is of all languages.
  static func truth(
    _ set: String, _ queries: [Recording], _ documents: [Recording],
    _ samples: [String: Int]
  ) -> [CorpusPlan.Document] {
    let folder = "scoring/groundtruth_quesst14_\(set)"
    let seconds = documents.map {
      Double(samples[$0.path] ?? 0) / Double(Clip.rate)
    }
    let total = String(format: "%.3f", seconds.reduce(0, +))
    var control = """
      <?xml version="1.0" encoding="UTF-8"?>
      <ecf source_signal_duration="\(total)" version="demo">

      """
    var transcript = ""
    for (document, seconds) in zip(documents, seconds) {
      let duration = String(format: "%.3f", seconds)
      control += """
        <excerpt audio_filename="\(document.id).wav" channel="1" \
        tbeg="0.000" dur="\(duration)" language="multiple" \
        source_type="quesst"/>

        """
      let place = "\(document.id) 1 0.000 \(duration)"
      transcript += "SPEAKER \(place) <NA> <NA> SELF <NA>\n"
      for query in queries where holds(document.text, query.text) {
        transcript += "LEXEME \(place) \(query.id) lex SELF <NA>\n"
      }
    }
    var terms = """
      <?xml version="1.0" encoding="UTF-8"?>
      <termlist ecf_filename="quesst14.ecf.xml" language="multiple" \
      version="demo">

      """
    for query in queries {
      terms += """
        <term termid="\(query.id)"><termtext>\(query.id)</termtext></term>

        """
    }
    return [
      CorpusPlan.Document(
        path: "\(folder)/quesst14.ecf.xml", text: control + "</ecf>\n"),
      CorpusPlan.Document(
        path: "\(folder)/quesst14_\(set).rttm", text: transcript),
      CorpusPlan.Document(
        path: "\(folder)/quesst14_\(set).tlist.xml",
        text: terms + "</termlist>\n"),
    ]
  }

  /// Whole words.
  static func holds(_ text: String, _ phrase: String) -> Bool {
    " \(text) ".contains(" \(phrase) ")
  }
}
