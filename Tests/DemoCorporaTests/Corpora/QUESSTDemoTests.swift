import Foundation
import Testing

@testable import DemoCorpora

struct QUESSTDemoTests {
  private let plan = QUESSTDemo().plan(seed: 1337, size: .standard)

  private func lines(_ path: String) throws -> [[String]] {
    try #require(plan.texts()[path]).split(separator: "\n").map {
      $0.split(separator: " ").map(String.init)
    }
  }

  @Test func keysNameEveryClipAndItsLanguage() throws {
    var listed: [String] = []
    for set in ["utterances", "dev", "eval"] {
      let rows = try lines("scoring/language_key_\(set).lst")
      #expect(Set(rows.map { $0[1] }) == ["nnenglish", "romanian"])
      for row in rows {
        try #require(row.count == 2)
        let path = components(row[0])
        #expect(path.first == "quesst14Database")
        listed.append(path.dropFirst().joined(separator: "/"))
      }
      if set != "utterances" {
        #expect(rows.count { $0[1] == "nnenglish" } == 12)
      }
    }
    #expect(listed.sorted() == plan.clips.map(\.path).sorted())
  }

  @Test(arguments: ["dev", "eval"])
  func everyQueryIsInSomeDocumentsAndNotInOthers(set: String) throws {
    let queries = try lines("scoring/language_key_\(set).lst")
    let documents = try lines("scoring/language_key_utterances.lst")
    let folder = "scoring/groundtruth_quesst14_\(set)/"
    let found = try lines(folder + "quesst14_\(set).rttm").filter {
      $0[0] == "LEXEME"
    }
    for query in queries {
      let id = components(query[0]).last?.split(separator: ".").first
      let holding = found.filter { $0[5] == id.map(String.init) }
      #expect(holding.count >= 1 && holding.count < documents.count / 4)
      #expect(Set(holding.map { $0[1] }).count == holding.count)
      if query[1] == "nnenglish" { #expect(holding.count == 5) }
    }
    let control = try #require(plan.texts()[folder + "quesst14.ecf.xml"])
    #expect(
      control.components(separatedBy: "<excerpt ").count - 1
        == documents.count)
    let terms = try #require(
      plan.texts()[folder + "quesst14_\(set).tlist.xml"])
    #expect(
      terms.components(separatedBy: "<term termid=").count - 1
        == queries.count)
  }

  @Test func noPhraseIsPartOfAnother() {
    let phrases = QUESSTDemo.phrases
    #expect(phrases.count == 24 && Set(phrases).count == 24)
    for phrase in phrases {
      for other in phrases + QUESSTDemo.openings where other != phrase {
        #expect(!QUESSTDemo.holds(other, phrase))
      }
    }
  }

  @Test func someFilesAreOfATelephone() {
    for folder in ["Audio/", "dev_queries/", "eval_queries/"] {
      let rates = plan.clips.filter { $0.path.hasPrefix(folder) }
        .map(\.fileRate)
      #expect(Set(rates) == [8_000, 16_000])
    }
  }
}
