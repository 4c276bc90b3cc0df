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

  @OptionGroup var source: EmissionSource

  @OptionGroup var decoding: DecoderArguments

  @Option(help: "Lines of an id and its words; --from knows.")
  var ref: String?

  @Option(help: "Settings: 'lm_weight=0:4:0.5,word_score=-1;0;1'.")
  var grid = "lm_weight=0:4:0.5,word_score=-2:2:1"

  @Option(help: "Draw so many settings instead of trying all.")
  var n: Int?

  @Option(help: "For --n: another draw.")
  var seed: UInt64 = 0

  @OptionGroup(title: "Cluster") var cluster: SweepClusterOptions

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
    let places = try source.places()
    guard places.count == 1 else {
      throw UserError(
        "a sweep is over one split", at: "--split",
        fix: "give the other one as --test")
    }
    let place = places[0]
    guard let path = ref ?? place.references else {
      throw UserError(
        "what is really said is not known", at: place.path,
        fix: "name a file of ids and words with --ref")
    }
    let references = try References(path: path)
    let decoder = try decoding.decoder(place)
    let file = try EmissionFile(path: place.path, tokens: decoder.tokens.count)
    let sweep = Sweep(
      settings: cluster.share(
        settings.map {
          Dictionary(uniqueKeysWithValues: zip(weights.names, $0))
        }), subject: subject(place, path, weights.names))
    let out = cluster.folder(out)
    let log = try SweepLog(folder: out)
    let missing = sweep.settings.filter {
      log.trial($0, subject: sweep.subject) == nil
    }
    if try !missing.isEmpty && cluster.handOver(missing.count, out: out) {
      return
    }
    let trials: [SweepLog.Trial]
    do {
      trials = try sweep.run(on: LocalTrialRunner(), log: log) {
        try errors($0, decoder, file, references)
      } finished: { place, trial in
        StandardError.note(
          "\(place + 1) of \(settings.count): "
            + SweepDisplay.text(trial.settings)
            + String(format: " WER %.2f%%", trial.wer * 100))
      }
    } catch is Interrupted {
      StandardError.note("interrupted; the same command goes on from here")
      throw ArgumentParser.ExitCode(ExitCode.interrupted)
    }
    let ranked = SweepLog.ranked(trials)
    if json {
      try Console.printJSON(SweepDisplay.rows(ranked))
    } else {
      SweepDisplay.show(ranked, names: weights.names)
    }
    if let best = ranked.first, !cluster.isPart { try tryOut(best, decoder) }
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
  private func subject(
    _ place: EmissionSource.Place, _ references: String, _ swept: [String]
  ) -> String {
    let files = [
      place.path, references, decoding.tokens ?? place.tokens,
      decoding.lexicon, decoding.lm, decoding.transitions,
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
