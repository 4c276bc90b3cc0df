import ArgumentParser
import Decoding
import Diagnostics
import Files
import Foundation
import Upstreams

/// `superb rescore`: chooses among dumped hypotheses with other weights.
struct RescoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rescore",
    abstract: "Weigh dumped hypotheses anew, with external models.",
    discussion: """
      A hypothesis scores am + lm·lm_score + words·(number of words) + for each
      external model its weight times its score. With --grid the weights are
      searched, with --weights they are given:

        superb decode dev.safetensors … --nbest 50 --dump dev.jsonl
        superb rescore dev.jsonl --ref dev.txt --scores tr=dev.ppl \\
          --kind ppl --grid 'lm=0:3:0.5,tr=0:1:0.25,words=-2:2:1'
        superb rescore test.jsonl --ref test.txt --scores tr=test.ppl \\
          --kind ppl --weights 'lm=1.5,tr=0.5,words=0'

      A class in Python scores them itself: it is called with a list of
      sentences and gives a number for each.

        superb rescore dev.jsonl --ref dev.txt \\
          --scores tr=python:my_lm.py:Transformer --grid 'lm=0;1,tr=0:1:0.1'
      """)

  @Argument(help: "Hypotheses: JSON lines or wav2letter's.")
  var dump: String

  @Option(help: "Lines of an id and its words.")
  var ref: String

  @Option(
    help: ArgumentHelp(
      "An external model's number for each hypothesis, a line each; or a "
        + "class, python:MODULE:CLASS, that gives them.",
      valueName: "name=source"))
  var scores: [String] = []

  @Option(help: "What --scores are: logprob or ppl.")
  var kind = Rescorer.ScoreKind.logprob

  @Option(help: "Weights to search: 'lm=0:4:0.5,words=-2:2:1'.")
  var grid: String?

  @Option(help: "Weights: 'lm=2,words=-1'; others are 0.")
  var weights: String?

  @Option(help: "Write the chosen words, a line 'id words' each.")
  var out: String?

  func validate() throws {
    guard (grid == nil) != (weights == nil) else {
      throw ValidationError("one of --grid and --weights is needed")
    }
  }

  private struct Report: Encodable {
    var weights: [String: Double]
    var wer: Double
    var errors: Int
    var words: Int
    var oracleWer: Double
    var combinations: Int
  }

  func run() throws {
    Interruption.handleSignals()
    let dump = try BeamDump(path: dump)
    let external = try scores.map { text -> (name: String, scores: [Double]) in
      let sides = text.split(separator: "=", maxSplits: 1).map(String.init)
      guard sides.count == 2 else {
        throw UserError("'\(text)' is not NAME=SOURCE", at: "--scores")
      }
      return (sides[0], try scores(from: sides[1], of: dump))
    }
    let rescorer = try Rescorer(
      dump, references: References(path: ref), external: external)
    let option = grid == nil ? "--weights" : "--grid"
    let given = try WeightGrid(
      grid ?? weights ?? "", known: rescorer.features, at: option)
    if grid == nil, given.count != 1 {
      throw UserError("one value a weight was expected", at: "--weights")
    }
    let values = rescorer.features.map { name in
      given.names.firstIndex(of: name).map { given.values[$0] } ?? [0]
    }
    let found = rescorer.search(values)
    guard let best = found.min(by: { $0.errors.errors < $1.errors.errors })
    else { throw InternalError("a grid without a combination") }
    if let out {
      let lines = rescorer.choices(best.weights).map {
        ([$0.id] + $0.words).joined(separator: " ") + "\n"
      }
      try AtomicFile.write(
        Data(lines.joined().utf8), to: out, flushed: false)
    }
    try Console.printJSON(
      Report(
        weights: Dictionary(
          uniqueKeysWithValues: zip(rescorer.features, best.weights)),
        wer: best.errors.rate, errors: best.errors.errors,
        words: best.errors.words, oracleWer: rescorer.oracle.rate,
        combinations: found.count))
  }
}

extension RescoreCommand {
  /// An external model's scores, from a file or from a class in Python.
  private func scores(
    from source: String, of dump: BeamDump
  ) throws -> [Double] {
    guard PythonScorer.recognizes(source) else {
      return try Rescorer.scores(path: source, kind: kind, dump: dump)
    }
    let values = try PythonScorer(named: source).scores(
      of: dump.texts, isCancelled: { Interruption.isRequested })
    return try Rescorer.scores(values, kind: kind, dump: dump, at: source)
  }
}

extension Rescorer.ScoreKind: ExpressibleByArgument {}
