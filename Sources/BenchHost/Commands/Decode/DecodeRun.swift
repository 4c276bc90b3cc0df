import ArgumentParser
import Decoding
import Diagnostics
import Foundation

/// `superb decode EMISSIONS`.
struct DecodeRun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Decode emissions with one setting.",
    discussion: """
      Prints a line 'id words' for each utterance; with --json an object from
      id to a list of hypotheses, best first, each with words, tokens, score,
      am_score, lm_score, timesteps and word_timesteps.
      """)

  @Argument(help: "A safetensors file.")
  var emissions: String

  @OptionGroup var decoding: DecoderArguments

  @Option(help: "Hypotheses for each utterance.")
  var nbest = 1

  @Option(help: "Lines of an id and its words, for the error rate.")
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
    let references = try ref.map { try References(path: $0) }
    let decoder = try decoding.decoder()
    let file = try EmissionFile(path: emissions, tokens: decoder.tokens.count)
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
    if let dump { try write(file.ids, found, references, to: dump) }
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      let object = Dictionary(uniqueKeysWithValues: zip(file.ids, found))
      print(String(decoding: try encoder.encode(object), as: UTF8.self))
    } else {
      for (id, hypotheses) in zip(file.ids, found) {
        print(([id] + (hypotheses.first?.words ?? [])).joined(separator: " "))
      }
    }
    let empty = found.count { $0.isEmpty }
    if empty > 0 {
      StandardError.note("\(empty) utterances have no hypothesis")
    }
    if let references {
      let errors = try references.errors(file.ids, found)
      StandardError.note(
        String(
          format: "WER %.2f%% (%d errors in %d words)", errors.rate * 100,
          errors.errors, errors.words))
    }
  }

  private func write(
    _ ids: [String], _ found: [[Hypothesis]], _ references: References?,
    to path: String
  ) throws {
    var dump = BeamDump()
    for (id, hypotheses) in zip(ids, found) { dump.add(id, hypotheses) }
    let text =
      dumpFormat == .jsonl
      ? try dump.jsonLines() : dump.wav2letterLines(references)
    do {
      try Data(text.utf8).write(
        to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw UserError("cannot write the file", at: path)
    }
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
