import ArgumentParser
import Decoding
import Diagnostics
import Files
import Foundation

/// `superb decode EMISSIONS` and `superb decode --from CHECKPOINT`.
struct DecodeRun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Decode emissions with one setting.",
    discussion: """
      Prints a line 'id words' for each utterance; with --json an object from
      id to a list of hypotheses, best first, each with words, tokens, score,
      am_score, lm_score, timesteps and word_timesteps.
      """)

  @OptionGroup var source: EmissionSource

  @OptionGroup var decoding: DecoderArguments

  @Option(help: "Hypotheses for each utterance.")
  var nbest = 1

  @Option(
    help: "Lines of an id and its words, for the error rate; --from knows.")
  var ref: String?

  @Option(help: "Write all hypotheses to this file, for superb rescore.")
  var dump: String?

  @Option(help: "Of --dump: jsonl, or wav2letter's lines.")
  var dumpFormat = DumpFormat.jsonl

  @Flag(help: "Say how long the search took.")
  var timing = false

  @Flag(help: "Say all about the hypotheses, as data.")
  var json = false

  enum DumpFormat: String, CaseIterable, ExpressibleByArgument {
    case jsonl, wav2letter
  }

  func validate() throws {
    guard nbest >= 1, decoding.threads >= 1 else {
      throw ValidationError("--nbest and --threads take 1 or more")
    }
  }

  func run() throws {
    Interruption.handleSignals()
    let given = try ref.map { try References(path: $0) }
    let places = try source.places()
    guard let first = places.first else {
      throw InternalError("no emissions were named")
    }
    let decoder = try decoding.decoder(first)
    var dumped = BeamDump()
    var all: [String: [Hypothesis]] = [:]
    var references: [References] = []
    for place in places {
      let file = try EmissionFile(
        path: place.path, tokens: decoder.tokens.count)
      let found = try decode(file, decoder)
      for (id, hypotheses) in zip(file.ids, found) {
        // Lines may say an id twice; an object and a dump may not.
        guard
          all.updateValue(hypotheses, forKey: id) == nil
            || !json && dump == nil
        else {
          throw UserError(
            "the id '\(id)' is there twice", at: place.path,
            fix: "decode one split at a time")
        }
        dumped.add(id, hypotheses)
        if !json {
          print(([id] + (hypotheses.first?.words ?? [])).joined(separator: " "))
        }
      }
      let known = try given ?? place.references.map { try References(path: $0) }
      if let known {
        references.append(known)
        let errors = try known.errors(file.ids, found)
        StandardError.note(
          (places.count > 1 ? place.name + ": " : "")
            + String(
              format: "WER %.2f%% (%d errors in %d words)", errors.rate * 100,
              errors.errors, errors.words))
      }
    }
    if let dump { try write(dumped, References(all: references), to: dump) }
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      print(String(decoding: try encoder.encode(all), as: UTF8.self))
    }
    let empty = all.values.count { $0.isEmpty }
    if empty > 0 {
      StandardError.note("\(empty) utterances have no hypothesis")
    }
  }

  private func decode(
    _ file: EmissionFile, _ decoder: BeamDecoder
  ) throws -> [[Hypothesis]] {
    let started = (ContinuousClock.now, clock())
    let found = try file.decode(
      decoder, best: nbest, threads: decoding.threads)
    if timing {
      let wall = ContinuousClock.now - started.0
      StandardError.note(
        String(
          format: "searched for %.3f s of processor time, %.3f s",
          Double(clock() - started.1) / Double(CLOCKS_PER_SEC),
          wall / .seconds(1)))
    }
    return found
  }

  private func write(
    _ dump: BeamDump, _ references: References, to path: String
  ) throws {
    let text =
      dumpFormat == .jsonl
      ? try dump.jsonLines() : dump.wav2letterLines(references)
    try AtomicFile.write(Data(text.utf8), to: path, flushed: false)
  }
}

extension References {
  /// The errors of the best hypotheses.
  ///
  /// - Throws: `UserError` for an utterance without a reference.
  func errors(_ ids: [String], _ found: [[Hypothesis]]) throws -> WordErrors {
    var total = WordErrors()
    for (id, hypotheses) in zip(ids, found) {
      guard let reference = words[id] else {
        throw UserError("the utterance '\(id)' has no reference", at: "--ref")
      }
      total += .between(hypotheses.first?.words ?? [], reference)
    }
    return total
  }
}
