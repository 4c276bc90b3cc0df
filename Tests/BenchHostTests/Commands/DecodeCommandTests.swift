import Foundation
import Testing
import Weights

/// `superb decode` and `superb rescore`.
@Suite struct DecodeCommandTests {
  private struct Row: Decodable, Equatable {
    var settings: [String: Double]
    var wer: Double
  }

  /// Emissions of utterances that say one of four words, not too clearly, and
  /// what else decoding them takes.
  private func emissions() throws -> BenchmarkFolder {
    let folder = try BenchmarkFolder(nil)
    let tokens = ["-", "|", "a", "b"]
    let words = ["ab", "ba", "aba", "bab"]
    var writer = SafeTensorsWriter()
    var references = ""
    for number in 0..<12 {
      let said = (0..<3).map { words[(number * 7 + $0 * 3) % 4] }
      let letters = said.joined(separator: "|") + "|"
      var values: [Float] = []
      for (place, letter) in letters.enumerated() {
        for (index, token) in tokens.enumerated() {
          let isRight = String(letter) == token
          let noise = Float((number * 31 + place * 17 + index * 13) % 10) / 5
          values.append((isRight ? -0.5 : -1.6) - noise)
        }
        values += [-0.2, -3, -3, -3]
      }
      try writer.add(
        "u\(number)", shape: [values.count / 4, 4], floats: values)
      references += "u\(number) \(said.joined(separator: " "))\n"
    }
    try writer.write(to: folder.path + "/dev.safetensors")
    try folder.write("dev.txt", references)
    try folder.write("tokens.txt", tokens.map { $0 + "\n" }.joined())
    try folder.write(
      "lexicon.lst",
      words.map { "\($0)\t\($0.map(String.init).joined(separator: " ")) |\n" }
        .joined())
    try folder.write("train.txt", "ab ba\naba bab ab\nba ba ab bab\n")
    let built = try folder.superb(
      "lm", "build", "train.txt", "--order", "2", "--out", "lm.arpa")
    #expect(built.exitCode == 0, "\(built.errors)")
    return folder
  }

  private let files = [
    "--tokens", "tokens.txt", "--lexicon", "lexicon.lst", "--lm", "lm.arpa",
  ]

  @Test func aSweepThatIsKilledTwiceGivesTheSameTable() throws {
    let folder = try emissions()
    let sweep =
      ["decode", "sweep", "dev.safetensors"] + files + [
        "--ref", "dev.txt", "--json", "--on", "local", "--beam-size", "100",
        "--grid", "lm_weight=0:3.5:0.5,word_score=-4:3:1",
      ]
    let whole = try folder.superb(sweep + ["--out", "whole"])
    #expect(whole.exitCode == 0, "\(whole.errors)")
    let rows = try JSONDecoder().decode(
      [Row].self, from: Data(whole.output.utf8))
    #expect(rows.count == 64)
    #expect(Set(rows.map(\.wer)).count > 1)

    for wanted in [8, 24] {
      let running = try folder.start(sweep + ["--out", "killed"])
      let isUnderWay = eventually {
        let lines = (try? folder.text("killed/trials.jsonl")) ?? ""
        return lines.split(separator: "\n").count >= wanted
      }
      #expect(isUnderWay)
      running.send(SIGKILL)
      _ = running.outcome()
    }
    let again = try folder.superb(sweep + ["--out", "killed"])
    #expect(again.exitCode == 0, "\(again.errors)")
    #expect(again.output == whole.output)
    let trials = try folder.text("killed/trials.jsonl")
    #expect(trials.split(separator: "\n").count == 64)
    let collected = try folder.superb("decode", "collect", "killed", "--json")
    #expect(collected.output == whole.output)
  }

  @Test func hypothesesAreRescoredByAClassInPython() throws {
    let folder = try emissions()
    let decoded = try folder.superb(
      ["decode", "dev.safetensors"] + files + [
        "--nbest", "5", "--dump", "dev.jsonl", "--ref", "dev.txt",
      ])
    #expect(decoded.exitCode == 0, "\(decoded.errors)")
    #expect(decoded.errors.contains("WER "))
    try folder.write(
      "model.py",
      """
      class Model:
          def __call__(self, sentences):
              return [-float(len(s)) for s in sentences]

      """)
    let rescored = try folder.superb(
      "rescore", "dev.jsonl", "--ref", "dev.txt", "--scores",
      "py=python:model.py:Model", "--weights", "lm=1,py=0.1")
    guard rescored.exitCode == 0 else {
      // A machine without Python says so.
      #expect(rescored.errors.contains("Python"), "\(rescored.errors)")
      return
    }
    let dump = try folder.text("dev.jsonl")
    struct Line: Decodable { var words: [String] }
    let numbers = try dump.split(separator: "\n").map {
      try JSONDecoder().decode(Line.self, from: Data($0.utf8))
    }.map { "\(-$0.words.joined(separator: " ").count)\n" }
    try folder.write("dev.scores", numbers.joined())
    let asFile = try folder.superb(
      "rescore", "dev.jsonl", "--ref", "dev.txt", "--scores", "py=dev.scores",
      "--weights", "lm=1,py=0.1")
    #expect(asFile.output == rescored.output)
  }

  @Test func aHeadsEmissionsAreKeptAndDecodedWithItsOwnModelToo() throws {
    let folder = try BenchmarkFolder(
      """
      name: demo
      upstreams: [fbank_no_cmvn]
      corpora: {librispeech: CORPORA/librispeech}
      tasks:
        asr:
          runner: {total_steps: 6, eval_step: 3, save_step: 3}
          downstream_expert:
            datarc: {batch_size: 4, decoder_args: {decoder_type: kenlm}}
            modelrc: {project_dim: 8, RNNs: {dim: [8, 8]}}

      """)
    let run = try folder.superb("run")
    #expect(run.exitCode == 0, "\(run.errors)")
    let result = try folder.result("fbank_no_cmvn", "asr")
    let withModel = try #require(
      result.metrics.first { $0.name == "wer_lm" && $0.split == "test-clean" })
    #expect((0...1000).contains(withModel.value))

    let decode = [
      "decode", "--from", "runs/demo", "--split", "dev-clean,test-clean",
    ]
    let first = try folder.superb(decode)
    #expect(first.exitCode == 0, "\(first.errors)")
    #expect(first.output.split(separator: "\n").count == 8)
    for split in ["dev-clean", "test-clean"] {
      #expect(first.errors.contains("\(split): WER"), "\(first.errors)")
    }
    #expect(first.errors.contains("emissions of 4 utterances"))
    let again = try folder.superb(decode)
    #expect(again.output == first.output)
    #expect(!again.errors.contains("emissions of"), "\(again.errors)")

    let kept = try #require(
      folder.files().first { $0.hasSuffix("/test-clean.safetensors") })
    // The task's own lexicon and sentences give the figure of the run.
    let words = ["LEFT", "NO", "UP", "YES"]
    try folder.write(
      "lexicon.lst",
      words.map { "\($0)\t\($0.map(String.init).joined(separator: " ")) |\n" }
        .joined())
    try folder.write(
      "train.txt", (words + words).map { $0 + "\n" }.joined())
    let built = try folder.superb(
      "lm", "build", "train.txt", "--order", "4", "--out", "lm.arpa")
    #expect(built.exitCode == 0, "\(built.errors)")
    let own = try folder.superb(
      "decode", "runs/" + kept, "--lexicon", "lexicon.lst", "--lm", "lm.arpa",
      "--lm-weight", "2", "--word-score", "-1", "--beam-size", "5")
    #expect(own.exitCode == 0, "\(own.errors)")
    #expect(
      own.errors.contains(String(format: "WER %.2f%%", withModel.value)),
      "\(own.errors) \(withModel.value)")
  }
}
