import TaskABI
import TaskKit
import Testing

/// Speech recognition whose configuration asks for a language model.
@Suite(.serialized) struct LanguageModelTests {
  private let folder: TemporaryFolder
  private let host: TestHost

  init() throws {
    folder = try TemporaryFolder()
    for (split, text) in [
      ("train-clean-100", "OH NO"), ("dev-clean", "NO"),
    ] {
      for index in 0..<2 {
        try folder.write("\(split)/1/2/1-2-000\(index).flac", "2000\(index)")
      }
      try folder.write(
        "\(split)/1/2/1-2.trans.txt",
        "1-2-0000 \(text)\n1-2-0001 \(text)\n")
    }
    host = TestHost(
      config: [
        "modelrc.project_dim": .integer(4), "modelrc.RNNs.dim": .list(2),
        "modelrc.RNNs.dim.0": .integer(5), "modelrc.RNNs.dim.1": .integer(6),
      ], corpora: ["librispeech": folder.path])
    host.readsLengthsAsText()
    host.engine.offerSequences()
    host.extensions[SUPERB_DECODE_EXTENSION] = TestDecoding.table
    TestDecoding.made = []
  }

  private func asksForIt(_ more: [String: TestHost.Value] = [:]) {
    host.config["datarc.decoder_args"] = .map(["decoder_type"])
    host.config["datarc.decoder_args.decoder_type"] = .text("kenlm")
    for (key, value) in more {
      host.config["datarc.decoder_args.\(key)"] = value
    }
  }

  @Test func theModelIsOfTheTrainingTranscriptsAlone() throws {
    asksForIt(["unk_weight": .text("-math.inf"), "beam": .integer(7)])
    let experiment = try TestExperiment(SpeechRecognition.self, host)
    _ = try experiment.run("dev-clean") { _ in [0, 0, 0] }
    let report = try experiment.report("dev-clean")
    let made = try #require(TestDecoding.made.first)
    #expect(TestDecoding.made.count == 1)
    #expect(made.tokens.count == 32)
    #expect(made.lexicon == "NO\tN O |\nOH\tO H |\n")
    #expect(made.sentences == "OH NO\nOH NO\n")
    #expect(made.beamSize == 7 && made.unkScore == -.infinity)
    #expect(made.wordScore == -1)
    #expect(made.frames == [1, 1])
    // Greedy decoding says "Z", the language model "NO".
    #expect(report.metrics["wer"] == 100)
    #expect(report.metrics["wer_lm"] == 0)
    #expect(
      report.files["dev-clean-LM-hyp.ark"] == "1-2-0001 NO\n1-2-0000 NO\n")
    // The checkpoint is chosen as without one, where 100 is no improvement.
    #expect(report.saved.isEmpty)
  }

  @Test func trainingIsNotDecoded() throws {
    asksForIt()
    let experiment = try TestExperiment(SpeechRecognition.self, host)
    _ = try experiment.run("train") { _ in [0, 0, 0] }
    let report = try experiment.report("train")
    #expect(report.metrics["wer"] != nil && report.metrics["wer_lm"] == nil)
    #expect(TestDecoding.made.first?.frames == [])
  }

  @Test func filesGoBeforeTheTranscripts() throws {
    asksForIt([
      "kenlm_model": .text("/lm.arpa"), "lexicon": .text("/lexicon.lst"),
    ])
    let experiment = try TestExperiment(SpeechRecognition.self, host)
    _ = try experiment.batches("dev-clean")
    #expect(TestDecoding.made.first?.modelFile == "/lm.arpa")
    #expect(TestDecoding.made.first?.sentences == nil)
  }

  @Test func withoutOneNothingIsDecodedAndNothingElseIsRead() throws {
    host.config["datarc.decoder_args"] = .map(["decoder_type", "kenlm_model"])
    host.config["datarc.decoder_args.decoder_type"] = .text("None")
    let experiment = try TestExperiment(SpeechRecognition.self, host)
    _ = try experiment.run("dev-clean") { _ in [0, 0, 0] }
    #expect(try experiment.report("dev-clean").metrics["wer_lm"] == nil)
    #expect(TestDecoding.made.isEmpty)
  }

  @Test func anUnknownDecoderAndAWrongWeightAreRefused() throws {
    asksForIt(["unk_weight": .text("many")])
    #expect {
      _ = try TestExperiment(SpeechRecognition.self, host)
    } throws: {
      ($0 as? TestExperiment.Failure)?.message.contains("-math.inf") == true
    }
    host.config["datarc.decoder_args.decoder_type"] = .text("fairseqlm")
    #expect(throws: TestExperiment.Failure.self) {
      try TestExperiment(SpeechRecognition.self, host)
    }
  }
}
