import ArgumentParser
import Decoding
import Diagnostics
import Files
import Foundation
import Hosting

/// `superb lm`: n-gram language models.
struct LMCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lm",
    abstract: "Make and query n-gram language models.",
    discussion: """
        superb lm build transcripts.txt --order 4 --out lm.arpa
        superb lm perplexity lm.arpa dev.txt
        echo 'the cat sat' | superb lm query lm.arpa
        superb lm compile 4-gram.arpa.gz --out 4-gram.lm

      Texts have a sentence a line, without sentence marks. Logarithms are to
      base 10, as in ARPA files.
      """,
    subcommands: [
      LMBuild.self, LMQuery.self, LMPerplexity.self, LMCompile.self,
    ])
}

/// `superb lm build`.
struct LMBuild: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "build",
    abstract: "Estimate a model by interpolated modified Kneser-Ney.")

  @Argument(help: "Texts, plain, gzip or bzip2.")
  var texts: [String]

  @Option(help: "The longest n-grams' length.")
  var order = 3

  @Option(help: "The ARPA file to write.")
  var out: String

  func run() throws {
    let model = try KneserNey(texts: texts, order: order)
    let counts = try model.write(arpa: out)
    if !model.ordersWithoutDiscounts.isEmpty {
      let orders = model.ordersWithoutDiscounts.map(String.init)
        .joined(separator: ", ")
      StandardError.note(
        "too little text to estimate the discounts of order \(orders): 0.5, 1 "
          + "and 1.5 are taken")
    }
    print(
      "\(out): \(model.sentences) sentences, n-grams "
        + counts.map(String.init).joined(separator: " + "))
  }
}

/// `superb lm query`.
struct LMQuery: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "query",
    abstract: "Score the sentences on standard input, word by word.")

  @Argument(help: "An ARPA file or a compiled model.")
  var model: String

  @Flag(help: "One JSON object a sentence.")
  var json = false

  private struct Sentence: Encodable {
    var logprob: Double
    var words: [NGramModel.WordScore]
  }

  func run() throws {
    let model = try NGramModel.opened(model)
    while let line = readLine() {
      let scores = model.scores(line.split(separator: " ").map(String.init))
      let total = scores.reduce(0) { $0 + Double($1.score) }
      if json {
        try Console.printJSON(
          Sentence(logprob: total, words: scores), onOneLine: true)
      } else {
        let words = scores.map {
          "\($0.word)=\($0.score)\($0.isUnknown ? " (unknown)" : "")"
        }
        print(words.joined(separator: "\t") + "\ttotal=\(total)")
      }
    }
  }
}

/// `superb lm perplexity`.
struct LMPerplexity: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "perplexity",
    abstract: "How well a model foretells texts.")

  @Argument(help: "An ARPA file or a compiled model.")
  var model: String

  @Argument(help: "Texts, plain, gzip or bzip2.")
  var texts: [String]

  func run() throws {
    try Console.printJSON(
      try NGramModel.opened(model).perplexity(texts: texts))
  }
}

/// `superb lm compile`.
struct LMCompile: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compile",
    abstract: "Write a model in the form that is mapped into memory.")

  @Argument(help: "An ARPA file, plain, gzip or bzip2.")
  var model: String

  @Option(help: "The file to write.")
  var out: String

  func run() throws {
    let model = try NGramModel(arpa: model)
    try model.write(to: out)
    print(
      "\(out): n-grams "
        + model.counts.map(String.init).joined(separator: " + "))
  }
}

extension NGramModel {
  /// A model whose compiled form is kept in the user's cache.
  fileprivate static func opened(_ path: String) throws -> NGramModel {
    try open(path, cache: CacheFolder.standard().path + "/lm")
  }
}
