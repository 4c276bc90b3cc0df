import ArgumentParser
import Diagnostics
import Files
import Foundation
import Preparation
import Synchronization

/// `superb data prepare`: what the published recipes make by hand.
struct DataPrepareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prepare",
    abstract: "Make what corpora need beside what is published.",
    subcommands: [
      Lengths.self, AudioSNIPS.self, Libri2Mix.self, IEMOCAP.self,
    ])

  /// `superb data prepare lengths`.
  struct Lengths: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "lengths",
      abstract: "LibriSpeech's length tables, as s3prl's len_for_bucket.",
      discussion: """
        asr reads them where downstream_expert.datarc.bucket_file says; without
        them it asks every file.
        """)

    @Argument(help: "LibriSpeech, the folder of its splits.")
    var librispeech: String

    @Option(help: "The folder of the tables.")
    var out = "len_for_bucket"

    @Option(help: "Splits; all that are there unless given.")
    var splits: NameList?

    func run() throws {
      Interruption.handleSignals()
      let tables = LengthTables(of: librispeech)
      for split in try splits?.names ?? tables.splits() {
        let count = try Preparations.shown(split) {
          try tables.write(split, to: out, progress: $0)
        }
        print("\(out)/\(split).csv: \(count) recordings")
      }
    }
  }

  /// `superb data prepare audio_snips`.
  struct AudioSNIPS: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "audio_snips",
      abstract: "Audio SNIPS as wav files, from its release and transcripts.")

    @Argument(help: "The unpacked release: audio_Aditi, audio_Amy, ….")
    var audio: String

    @Option(help: "The folder of all.iob.snips.txt and slots.txt.")
    var texts: String

    @Option(help: "The corpus to make.")
    var out = "audio_snips"

    func run() throws {
      Interruption.handleSignals()
      let commands = SpokenCommands(audio: audio, texts: texts)
      let splits = try Preparations.shown("audio_snips") {
        try commands.make(in: out, progress: $0)
      }
      for (split, count) in splits { print("\(split): \(count) recordings") }
      Preparations.sayWhere("audio_snips", out)
    }
  }

  /// `superb data prepare libri2mix`.
  struct Libri2Mix: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "libri2mix",
      abstract: "Libri2Mix's mixtures and Kaldi's folders, for sd.",
      discussion: """
        From LibriSpeech and the folder metadata of s3prl's LibriMix, which
        has Libri2Mix/*.csv and LibriSpeech/*.rttm. A mixture that is there is
        left alone, so that the command can be stopped and given again.
        """)

    @Argument(help: "LibriSpeech, the folder of its splits.")
    var librispeech: String

    @Option(help: "The folder of LibriMix's metadata.")
    var metadata: String

    @Option(
      help: """
        WHAM's noise, which s3prl's script mixes in; clean mixtures without it.
        """)
    var noise: String?

    @Option(help: "train, dev, test; all unless given.")
    var splits: NameList?

    @Option(help: "The corpus to make.")
    var out = "libri2mix"

    func run() throws {
      Interruption.handleSignals()
      let mixtures = SpeakerMixtures(
        speech: librispeech, metadata: metadata, noise: noise)
      let known = SpeakerMixtures.splits
      for name in splits?.names ?? known.map(\.name) {
        guard let split = known.first(where: { $0.name == name }) else {
          throw UserError(
            "there is no split '\(name)'",
            fix: Suggestion.fix(for: name, among: known.map(\.name)))
        }
        let count = try Preparations.shown(name) {
          try mixtures.make(name, from: split.source, in: out, progress: $0)
        }
        print("\(name): \(count) mixtures")
      }
      Preparations.sayWhere("libri2mix", out)
    }
  }

  /// `superb data prepare iemocap`.
  struct IEMOCAP: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "iemocap",
      abstract: "IEMOCAP's lists, meta_data/Session<k>/*.json, as s3prl's.")

    @Argument(help: "IEMOCAP, the folder of Session1 … Session5.")
    var iemocap: String

    @Option(help: "Where meta_data goes; into the corpus unless given.")
    var out: String?

    func run() throws {
      for (index, count) in try EmotionLists(of: iemocap).write(to: out)
        .enumerated()
      {
        print("Session\(index + 1): \(count) utterances")
      }
    }
  }
}

private enum Preparations {
  /// Runs `body` with a line that says how far it is.
  static func shown<Result>(
    _ what: String, _ body: (@escaping PreparationProgress) throws -> Result
  ) rethrows -> Result {
    guard StandardError.isTerminal else { return try body { _, _ in } }
    defer { StandardError.draw("") }
    let last = Mutex(0)
    return try body { done, count in
      let percent = done * 100 / max(count, 1)
      last.withLock { last in
        if percent == last { return }
        last = percent
        StandardError.draw("\(what) \(done)/\(count)")
      }
    }
  }

  static func sayWhere(_ corpus: String, _ folder: String) {
    StandardError.note(
      "corpora.\(corpus): \(folder) in benchmark.yaml names it")
  }
}
