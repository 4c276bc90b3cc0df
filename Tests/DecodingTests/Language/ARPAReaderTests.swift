import Foundation
import Testing

@testable import Decoding

@Suite struct ARPAReaderTests {
  private func expectRefusal(
    _ part: String, _ change: (inout String) -> Void,
    location: SourceLocation = #_sourceLocation
  ) throws {
    var text = NGramModelTests.arpa
    change(&text)
    try withTemporaryFile(text) { path in
      expectUserError(part, location: location) { try NGramModel(arpa: path) }
    }
  }

  private func replace(_ old: String, _ new: String) -> (inout String) -> Void {
    { $0 = $0.replacingOccurrences(of: old, with: new) }
  }

  @Test func aWrongCountIsToldWithItsLine() throws {
    try expectRefusal(
      "file:16: the header announces 4 2-grams, and there are 3",
      replace("ngram 2=3", "ngram 2=4"))
    try expectRefusal(
      "file:15: '\\end\\' was expected here", replace("ngram 2=3", "ngram 2=2"))
  }

  @Test func wrongNumbersAreToldWithTheirLine() throws {
    try expectRefusal("file:8: 'x' is no number", replace("-0.7\t<", "x\t<"))
    try expectRefusal("file:8: 'nan' is no", replace("-0.7\t<", "nan\t<"))
    try expectRefusal(
      "file:8: the log-probability 0.7 is positive",
      replace("-0.7\t<", "0.7\t<"))
  }

  @Test func wrongWordsAreToldWithTheirLine() throws {
    try expectRefusal(
      "file:14: 'z' is not among the single words",
      replace("a b\n", "a z\n"))
    try expectRefusal(
      "file:10: this word is there twice", replace("\tb\n\n", "\ta\n\n"))
    try expectRefusal(
      "one of the 2-grams is there twice", replace("b </s>", "a b"))
    try expectRefusal("no <s>", replace("<s>", "c"))
  }

  @Test func filesOfOtherKindsAreRefusedInWords() throws {
    try withTemporaryFile("mmap lm http://kheafield.com/code format 5\n\0\0") {
      path in
      expectUserError("binary file of KenLM's") { try NGramModel(arpa: path) }
    }
    try withTemporaryFile("hello\n") { path in
      expectUserError("file:1: this is no ARPA file") {
        try NGramModel(arpa: path)
      }
    }
    try withTemporaryFile("") { path in
      expectUserError("ends before \\data\\") { try NGramModel(arpa: path) }
    }
    expectUserError("cannot open") { try NGramModel(arpa: "/nowhere.arpa") }
  }

  @Test(arguments: ["tiny.arpa.gz", "tiny.arpa.bz2"])
  func compressedFilesAreReadAlike(_ name: String) throws {
    try withTemporaryFile(NGramModelTests.arpa) { path in
      let plain = try NGramModel(arpa: path)
      let model = try NGramModel(arpa: fixturePath(name))
      #expect(model.counts == plain.counts)
      for words in [["a", "b"], ["b", "a", "z"], []] {
        #expect(
          model.scores(words).map(\.score) == plain.scores(words).map(\.score))
      }
    }
  }

  @Test(arguments: ["tiny.arpa.gz", "tiny.arpa.bz2"])
  func aCompressedFileThatIsCutShortIsRefused(_ name: String) throws {
    let whole = try Data(
      contentsOf: URL(fileURLWithPath: fixturePath(name)))
    try withTemporaryFile(whole.dropLast(30), name: name) { path in
      expectUserError("ends before its data do") {
        try NGramModel(arpa: path)
      }
    }
  }
}
