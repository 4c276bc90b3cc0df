import Foundation
import Testing

@testable import Decoding

@Suite struct NGramModelTests {
  static let arpa = """
    \\data\\
    ngram 1=5
    ngram 2=3

    \\1-grams:
    -1.5\t<unk>
    -99\t<s>\t-0.5
    -0.7\t</s>
    -0.4\ta\t-0.25
    -0.6\tb

    \\2-grams:
    -0.1\t<s> a
    -0.2\ta b
    -0.3\tb </s>

    \\end\\

    """

  @Test func scoresAreKenLMs() throws {
    let fixture = try FlashlightFixture()
    for (model, scores) in zip(fixture.models, fixture.shared.scores) {
      for (sentence, wanted) in zip(fixture.shared.sentences, scores) {
        let found = model.scores(sentence).map { Double($0.score) }
        #expect(found.count == wanted.count)
        for (mine, theirs) in zip(found, wanted) {
          #expect(abs(mine - theirs) <= 2e-6)
        }
      }
    }
  }

  /// A compiled file's numbers name places in it, and are foreign.
  @Test func compiledModelsThatContradictThemselvesAreRefused() throws {
    try withTemporaryFile(Self.arpa) { path in
      let compiled = path + ".lm"
      defer { unlink(compiled) }
      let model = try NGramModel(arpa: path)
      try model.write(to: compiled)
      let bytes = try Data(contentsOf: URL(fileURLWithPath: compiled))
      var refusals = 0
      for place in stride(from: 128, to: bytes.count, by: 4) {
        var changed = bytes
        for byte in place..<min(place + 4, bytes.count) {
          changed[byte] = 0xee
        }
        try changed.write(to: URL(fileURLWithPath: compiled))
        guard let model = try? NGramModel(compiled: compiled) else {
          refusals += 1
          continue
        }
        // Other numbers, at places that are there.
        for word in ["a", "b", "c"] {
          _ = model.scores([word, "a", "b", word])
          _ = model.word(model.index(of: word))
        }
      }
      #expect(refusals > 20)
    }
  }

  @Test func whatIsNotThereBacksOff() throws {
    try withTemporaryFile(Self.arpa) { path in
      let model = try NGramModel(arpa: path)
      #expect(model.counts == [5, 3])
      // <s> b: the weight of <s>, then b alone.
      #expect(model.scores(["b"]).map(\.score) == [-0.6 + -0.5, -0.3])
      let unknown = model.scores(["a", "c"])
      #expect(unknown.map(\.isUnknown) == [false, true, false])
      #expect(unknown[1].score == -1.5 + -0.25)
    }
  }

  @Test func aModelWithoutUnknownScoresItAsKenLM() throws {
    let text = Self.arpa.replacingOccurrences(of: "-1.5\t<unk>\n", with: "")
      .replacingOccurrences(of: "ngram 1=5", with: "ngram 1=4")
    try withTemporaryFile(text) { path in
      let model = try NGramModel(arpa: path)
      #expect(model.score(model.start, model.index(of: "c")).score == -100.5)
    }
  }

  @Test func theCompiledFormGivesTheSameScores() throws {
    let fixture = try FlashlightFixture()
    for model in fixture.models {
      try withTemporaryFile("") { path in
        try model.write(to: path, mark: 7)
        #expect(NGramModel.isCompiled(path))
        let mapped = try NGramModel(compiled: path, mark: 7)
        #expect(mapped.counts == model.counts)
        for sentence in fixture.shared.sentences {
          #expect(
            mapped.scores(sentence).map(\.score)
              == model.scores(sentence).map(\.score))
        }
        expectUserError("made from another file") {
          try NGramModel(compiled: path, mark: 8)
        }
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        try whole.dropLast(100).write(to: URL(fileURLWithPath: path))
        expectUserError("ends within its data") {
          try NGramModel(compiled: path)
        }
      }
    }
  }

  @Test func anOpenedModelIsCompiledOnceIntoTheCache() throws {
    try withTemporaryFile(Self.arpa) { path in
      let cache = path + "-cache"
      let first = try NGramModel.open(path, cache: cache)
      let kept = try FileManager.default.contentsOfDirectory(atPath: cache)
      #expect(kept.count == 1)
      let second = try NGramModel.open(path, cache: cache)
      #expect(second.counts == first.counts)
      #expect(second.logProbability(["a"]) == first.logProbability(["a"]))
    }
  }
}
