import Foundation
import Testing

/// What users of s3prl type.
@Suite struct FamiliarWordsTests {
  private static let short =
    "config.runner.total_steps=4,,config.runner.eval_step=2,,"
    + "config.runner.save_step=2,,config.optimizer.lr=1e-3"

  @Test func modeChoosesTheCommand() throws {
    let folder = try BenchmarkFolder()
    let trained = try folder.superb(
      "-m", "train", "--upstream", "fbank", "--downstream", "speech_commands",
      "--expname", "one", "--upstream_layer_selection", "0", "--device", "cuda",
      "--override", Self.short)
    #expect(trained.exitCode == 0, "\(trained.errors)")
    #expect(trained.errors.contains("--device changes nothing here"))
    let figures = try folder.superb(
      "--mode", "evaluate", "--evaluate_split", "dev", "--past_exp",
      "runs/one")
    #expect(figures.exitCode == 0, "\(figures.errors)")
    #expect(figures.output.contains("dev"))
    let word =
      try ToneCorpus.shared.get().path + "/speech_commands_test/yes/1.wav"
    let said = try folder.superb(
      "-m", "inference", "-t", word, "-e", "runs/one")
    #expect(said.output.hasPrefix(word), "\(said.errors)")
    let none = try folder.superb("run", "-m", "evaluate", "-d", "ks")
    #expect(none.exitCode == 2)
    #expect(none.errors.contains("-e"), "\(none.errors)")
    for words in [
      ["-k", "a.pt"], ["-g", "a.yaml"], ["--push_to_hf_hub", "True"],
    ] {
      let refused = try folder.superb(["run", "-u", "fbank"] + words)
      #expect(refused.exitCode == 2)
      #expect(!refused.errors.contains("Unknown option"), "\(refused.errors)")
    }
  }

  @Test func theVeryFolderIsTheExperiments() throws {
    let folder = try BenchmarkFolder()
    let words = ["run", "-u", "fbank", "-p", "result/asr one", "-o"]
    let run = try folder.superb(words + [Self.short])
    #expect(run.exitCode == 0, "\(run.errors)")
    let names = folder.files(below: "result/asr one")
    for name in ["result.json", "log.log", "states-4.ckpt", "config.yaml"] {
      #expect(names.contains(name), "\(names)")
    }
    #expect(
      try folder.superb(words + [Self.short]).errors.contains(
        "done before"))
    let other = try folder.superb(words + [Self.short + ",,args.seed=2"])
    #expect(other.exitCode == 2, "\(other.errors)")
    #expect(other.errors.contains("another experiment lies"))
    // What is not an experiment's is not touched.
    try folder.write("mine/notes.txt", "of years")
    for more in [[], ["--fresh"]] {
      let taken = try folder.superb(
        ["run", "-u", "fbank", "-p", "mine", "-o", Self.short] + more)
      #expect(taken.exitCode == 2, "\(taken.errors)")
      #expect(taken.errors.contains("notes.txt"), "\(taken.errors)")
    }
    #expect(folder.files(below: "mine") == ["notes.txt"])
    let status = try folder.superb("status", "result/asr one")
    #expect(status.exitCode == 0, "\(status.errors)")
    #expect(
      try folder.superb("report", "--runs", "result/asr one").output
        .contains("fbank"))
    let info = try folder.superb("info", "result/asr one")
    #expect(info.exitCode == 0, "\(info.errors)")
    let fresh = try folder.superb(
      words + [Self.short + ",,args.seed=2", "--fresh"])
    #expect(fresh.exitCode == 0, "\(fresh.errors)")
    let more = try folder.superb(
      "run", "-e", "result/asr one", "-o", "config.runner.total_steps=6", "-n",
      "more")
    #expect(more.exitCode == 0, "\(more.errors)")
  }

  @Test func initialCheckpointGoesOnUnderOtherSettings() throws {
    let folder = try BenchmarkFolder()
    let half = try folder.superb("run", "-u", "fbank", "-o", Self.short)
    #expect(half.exitCode == 0, "\(half.errors)")
    let whole = try folder.superb(
      "run", "-u", "fbank", "-n", "whole", "-o",
      Self.short + ",,config.runner.total_steps=8")
    #expect(whole.exitCode == 0, "\(whole.errors)")
    let on = try folder.superb(
      "run", "-u", "fbank", "-n", "on", "--init_ckpt",
      "runs/demo/fbank/ks/"
        + (try #require(folder.files(below: "runs/demo/fbank/ks").first))
        + "/states-4.ckpt", "-o",
      Self.short + ",,config.runner.total_steps=8")
    #expect(on.exitCode == 0, "\(on.errors)")
    let results = try folder.results()
    func metrics(_ name: String) throws -> [Double] {
      try #require(results.first { $0.key.hasPrefix(name + "/") }).value.metrics
        .map(\.value)
    }
    #expect(try metrics("on") == metrics("whole"))
    let over = try folder.superb(
      "run", "-u", "fbank", "-n", "over", "-i",
      "runs/demo/fbank/ks/"
        + (try #require(folder.files(below: "runs/demo/fbank/ks").first))
        + "/states-4.ckpt", "-o", Self.short)
    #expect(over.errors.contains("nothing more is trained"), "\(over.errors)")
  }

  @Test func overridesOfBothSeedsAreTakenVerbatim() throws {
    let folder = try BenchmarkFolder()
    for (number, list) in [
      "config.runner.eval_dataloaders=['dev', 'test']",
      "config.runner.eval_dataloaders=\"['dev', 'test']\"",
    ].enumerated() {
      let run = try folder.superb(
        "run", "-u", "fbank", "-n", "run\(number)", "-o",
        "config.optimizer.lr=1.0e-3,,config.optimizer.name='AdamW',,\(list)"
          + ",,config.runner.total_steps=2,,config.runner.eval_step=1")
      #expect(run.exitCode == 0, "\(run.errors)")
      let log = try #require(
        folder.files().first {
          $0.hasPrefix("run\(number)/") && $0.hasSuffix("log.log")
        })
      let text = try folder.text("runs/" + log)
      #expect(text.contains("test at step 1"), "\(text)")
    }
  }

  @Test func foldsAndTasksGoByTheirOtherNames() throws {
    let folder = try BenchmarkFolder()
    let fold = try folder.superb(
      "run", "-u", "fbank", "-d", "emotion", "-v", "fold2", "--profile",
      "smoke")
    #expect(fold.exitCode == 0, "\(fold.errors)")
    #expect(
      try folder.result("fbank", "emotion").folds.isEmpty)
    for words in [
      ["-d", "emotion", "-v", "fold9"], ["-d", "ks", "-v", "fold1"],
      ["-d", "ctc"],
    ] {
      let wrong = try folder.superb(["run", "-u", "fbank"] + words)
      #expect(wrong.exitCode == 2, "\(wrong.errors)")
    }
    try folder.write(
      "sbcsae.yaml", "downstream_expert: {corpus: {name: sbcsae}}")
    let corpus = try folder.superb(
      "run", "-u", "fbank", "-d", "ctc", "-c", "sbcsae.yaml")
    #expect(corpus.exitCode == 2)
    #expect(corpus.errors.contains("'sbcsae'"), "\(corpus.errors)")
    let help = try folder.superb("run", "-h").output
    #expect(help.contains("fbank_no_cmvn"))
    #expect(help.contains("emotion"))
  }

  @Test func oneFileHasSeveralTasks() throws {
    let folder = try BenchmarkFolder()
    let example = Program.repository + "/Examples/multitask.yaml"
    let run = try folder.superb(
      "run", "-u", "fbank_no_cmvn", "-c", example, "--multitask")
    #expect(run.exitCode == 0, "\(run.errors)")
    let ks = try folder.result("fbank_no_cmvn")
    #expect(ks.averages?.map(\.name) == ["ema"])
    let emotion = try folder.result("fbank_no_cmvn", "emotion")
    #expect(emotion.status == .done)
    let missing = try folder.superb(
      "run", "-u", "fbank_no_cmvn", "-d", "ks,sid", "-c", example)
    #expect(missing.exitCode == 2, "\(missing.errors)")
    #expect(missing.errors.contains("sid"))
    try folder.write("a.yaml", "optimizer: {name: Adam, lr: 1.0e-3}")
    try folder.write(
      "b.yaml",
      "runner: {total_steps: 2, eval_step: 1}\n"
        + "downstream_expert: {datarc: {batch_size: 16}, modelrc: {projector_dim: 256, select: UtteranceLevel, UtteranceLevel: {pooling: MeanPooling}}}"
    )
    let parts = try folder.superb(
      "run", "-u", "fbank", "-n", "parts", "-c", "a.yaml,b.yaml")
    #expect(parts.exitCode == 0, "\(parts.errors)")
  }
}
