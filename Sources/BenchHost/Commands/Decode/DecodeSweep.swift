import ArgumentParser
import Decoding
import Diagnostics
import Foundation

/// `superb decode sweep`.
struct DecodeSweep: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Decode emissions with many settings and keep the best.",
    discussion: """
      Every combination of --grid, or with --n as many settings drawn from
      within its bounds. Emissions, lexicon and model are read once. What was
      stopped goes on where it was when the same command is given again. With
      --test the best setting of the first emissions is tried on others.
      """)

  @Argument(help: "A safetensors file: of the development set.")
  var emissions: String

  @OptionGroup var decoding: DecoderArguments

  @Option(help: "Lines of an id and its words.")
  var ref: String

  @Option(help: "Settings: 'lm_weight=0:4:0.5,word_score=-1;0;1'.")
  var grid = "lm_weight=0:4:0.5,word_score=-2:2:1"

  @Option(help: "Draw so many settings instead of trying all.")
  var n: Int?

  @Option(help: "For --n: another draw.")
  var seed: UInt64 = 0

  @Option(help: "The folder for the trials.")
  var out: String

  @Option(help: "Emissions to try the best setting on.")
  var test: String?

  @Option(help: "Their lines of an id and its words.")
  var testRef: String?

  @Flag(help: "Say the trials, best first, as data.")
  var json = false

  func validate() throws {
    guard (n ?? 1) >= 1, decoding.threads >= 1 else {
      throw ValidationError("--n and --threads take 1 or more")
    }
    guard (test == nil) == (testRef == nil) else {
      throw ValidationError("--test and --test-ref go together")
    }
  }

  func run() throws {
    Interruption.handleSignals()
    let weights = try WeightGrid(
      grid, known: DecodingOptions.sweepNames, at: "--grid")
    let settings =
      n.map { weights.draws($0, seed: seed) }
      ?? (0..<weights.count).map { weights.combination($0) }
    let references = try References(path: ref)
    let decoder = try decoding.decoder()
    let file = try EmissionFile(path: emissions, tokens: decoder.tokens.count)
    let log = try SweepLog(folder: out)
    let subject = subject(weights.names)
    var trials: [SweepLog.Trial] = []
    for (index, values) in settings.enumerated() {
      if Interruption.isRequested {
        StandardError.note("interrupted; the same command goes on from here")
        throw ArgumentParser.ExitCode(ExitCode.interrupted)
      }
      let named = Dictionary(uniqueKeysWithValues: zip(weights.names, values))
      if let known = log.trial(named, subject: subject) {
        trials.append(known)
        continue
      }
      let errors = try errors(named, decoder, file, references)
      let trial = SweepLog.Trial(
        settings: named, errors: errors.errors, words: errors.words,
        subject: subject)
      try log.append(trial)
      trials.append(trial)
      StandardError.note(
        "\(index + 1) of \(settings.count): "
          + SweepDisplay.text(named)
          + String(format: " WER %.2f%%", trial.wer * 100))
    }
    let ranked = SweepLog.ranked(trials)
    if json {
      try Console.printJSON(SweepDisplay.rows(ranked))
    } else {
      SweepDisplay.show(ranked, names: weights.names)
    }
    if let best = ranked.first { try tryOut(best, decoder) }
  }

  private func errors(
    _ settings: [String: Double], _ decoder: BeamDecoder, _ file: EmissionFile,
    _ references: References
  ) throws -> WordErrors {
    var options = decoder.options
    for (name, value) in settings { options.set(name, value) }
    let found = try file.decode(
      decoder.with(options), best: 1, threads: decoding.threads)
    return try references.errors(file.ids, found)
  }

  private func tryOut(_ best: SweepLog.Trial, _ decoder: BeamDecoder) throws {
    guard let test, let testRef else { return }
    let errors = try errors(
      best.settings, decoder,
      EmissionFile(path: test, tokens: decoder.tokens.count),
      References(path: testRef))
    StandardError.note(
      "\(test): "
        + String(
          format: "WER %.2f%% with the best setting", errors.rate * 100))
  }

  /// What a trial depends on besides its settings: the files, as they are
  /// now, and the options that are not swept.
  private func subject(_ swept: [String]) -> String {
    let files = [
      emissions, ref, decoding.tokens, decoding.lexicon, decoding.lm,
      decoding.transitions,
    ].map { path -> String in
      guard let path else { return "-" }
      let attributes = try? FileManager.default.attributesOfItem(atPath: path)
      let size = attributes?[.size] as? Int ?? 0
      let date = attributes?[.modificationDate] as? Date
      return "\(path) \(size) \(date?.timeIntervalSince1970 ?? 0)"
    }
    var options = decoding.options
    for name in swept { options.set(name, 1) }
    return (files + ["\(options)"]).joined(separator: "; ")
  }
}
