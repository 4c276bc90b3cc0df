import Foundation
import Testing

@testable import Decoding

@Suite struct KneserNeyTests {
  /// A text of a few words, drawn by the fixtures' generator.
  private var text: String {
    var state: UInt64 = 5
    var lines: [String] = []
    for _ in 0..<400 {
      var words: [String] = []
      repeat {
        state = Vocabulary.mixed(state &+ 0x9e37_79b9_7f4a_7c15)
        let u = Double(state >> 40) / Double(1 << 24)
        words.append("w\(Int(u * u * 30))")
      } while state & 7 != 0
      lines.append(words.joined(separator: " "))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  @Test(arguments: [1, 2, 3, 4])
  func probabilitiesAfterAnyHistorySumToOne(_ order: Int) throws {
    try withTemporaryFile(text) { path in
      let out = path + ".arpa"
      let estimate = try KneserNey(texts: [path], order: order)
      let counts = try estimate.write(arpa: out)
      let model = try NGramModel(arpa: out)
      #expect(model.counts == counts)
      for history in [[], ["w1"], ["w0", "w2"], ["w3", "w3", "w0"], ["new"]] {
        var state = model.start
        for word in history {
          state = model.score(state, model.index(of: word)).next
        }
        var sum = 0.0
        for word in 0..<UInt32(counts[0]) where model.word(word) != "<s>" {
          sum += pow(10, Double(model.score(state, word).score))
        }
        #expect(abs(sum - 1) < 1e-4, "after \(history)")
      }
    }
  }

  @Test func discountsAreChenAndGoodmans() throws {
    try withTemporaryFile(text) { path in
      let estimate = try KneserNey(texts: [path], order: 2)
      for discounts in estimate.discounts {
        #expect(discounts.count == 3)
        for (discount, count) in zip(discounts, 1...3) {
          #expect(discount >= 0 && discount <= Double(count))
        }
      }
    }
  }

  @Test func longerContextsForetellTheirOwnTextBetter() throws {
    try withTemporaryFile(text) { path in
      let perplexities = try [1, 2, 3].map { order in
        let out = path + ".arpa"
        try KneserNey(texts: [path], order: order).write(arpa: out)
        let found = try NGramModel(arpa: out).perplexity(texts: [path])
        #expect(found.sentences == 400 && found.unknownWords == 0)
        return found.perplexity
      }
      #expect(perplexities[1] < perplexities[0])
      #expect(perplexities[2] < perplexities[1])
    }
  }

  @Test func textsThatCannotBeUsedAreRefused() throws {
    try withTemporaryFile("a b\nc <s>\n") { path in
      expectUserError("file:2: '<s>' is among the words") {
        try KneserNey(texts: [path], order: 2)
      }
    }
    try withTemporaryFile("\n \n") { path in
      expectUserError("no sentence") {
        try KneserNey(texts: [path], order: 2)
      }
    }
  }
}
