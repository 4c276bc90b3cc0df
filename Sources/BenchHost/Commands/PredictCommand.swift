import ArgumentParser
import Diagnostics
import Foundation
import Hosting
import Training

/// `superb predict`: a trained head on the user's own audio.
struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Ask a trained head about your own audio.",
    discussion: """
      The answer is the task's own: words or phones, a label with its
      probability, lines of RTTM, same or different for pairs of recordings.

        superb predict --from runs/demo/fbank/ks one.wav two.flac
      """)

  @OptionGroup var shared: BenchmarkOptions

  @Option(
    name: [.long, .customShort("e"), .customLong("past-exp")],
    help: ArgumentHelp(
      "A checkpoint, or the folder of an experiment.",
      valueName: "checkpoint"))
  var from: String

  @Argument(help: "Audio files; for comparisons, one pair after the other.")
  var audio: [String]

  @OptionGroup var origin: OriginOptions

  @Flag(
    help: "Go on although the upstream is not the one of the training.")
  var otherUpstream = false

  @Flag(help: "As JSON.")
  var json = false

  private struct Answer: Encodable {
    var audio: [String]
    var task: String
    var answer: String
    var score: Double?
    var score_name: String?
  }

  func run() throws {
    Interruption.handleSignals()
    for file in audio where !FileManager.default.fileExists(atPath: file) {
      throw UserError("there is no such file", at: file)
    }
    let path = try CheckpointPath.oneToAsk(from)
    let benchmark = try shared.located()
    let head = try TrainedHead(
      path, catalog: shared.catalog(benchmark),
      origin: origin.origin(benchmark), acceptsOther: otherUpstream,
      note: { StandardError.note($0) })
    let count = try head.recordingsPerAnswer
    guard audio.count % count == 0 else {
      throw UserError(
        "the task '\(head.task.id)' compares \(count) recordings at a time, and"
          + " \(audio.count) are given")
    }
    var answers: [Answer] = []
    for first in stride(from: 0, to: audio.count, by: count) {
      let recordings = Array(audio[first..<first + count])
      let prediction = try head.predict(recordings)
      answers.append(
        Answer(
          audio: recordings, task: head.task.id, answer: prediction.text,
          score: prediction.score, score_name: prediction.scoreName))
      if !json { Self.show(prediction, of: recordings) }
    }
    if json { try Console.printJSON(answers) }
  }

  /// One line an answer; lines of RTTM say themselves which recording they
  /// are about.
  private static func show(_ prediction: Prediction, of recordings: [String]) {
    if prediction.text.hasPrefix("SPEAKER ") {
      print(prediction.text, terminator: "")
      return
    }
    var line = recordings.joined(separator: " ") + "\t" + prediction.text
    if let name = prediction.scoreName, let score = prediction.score {
      line += "\t\(name) " + String(format: "%.4f", score)
    }
    print(line)
  }
}
