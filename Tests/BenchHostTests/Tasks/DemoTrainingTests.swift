import Foundation
import Testing

/// The trained tasks on small spoken corpora, as a user runs them: a short
/// training reports all that the task declares and does better than somebody
/// who has not listened.
@Suite struct DemoTrainingTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var task: String
    /// Laid over the task's own configuration.
    var settings: String
    /// Of the test split; the first ranks the task.
    var metrics: [String]
    /// The metric in which learning shows so early.
    var learned: String
    /// What it is held against.
    var chance: Chance
    var testDescription: String { task }
  }

  enum Chance: Sendable {
    case below(Double)
    case above(Double)
  }

  static let cases = [
    Case(
      task: "pr",
      settings: """
        runner: {total_steps: 100, eval_step: 100, gradient_accumulate_steps: 1}
        downstream_expert: {corpus: {batch_size: 4}}
        """,
      // An empty answer has all errors.
      metrics: ["per"], learned: "per", chance: .below(0.7)),
    Case(
      task: "asr",
      settings: """
        runner: {total_steps: 150, eval_step: 150}
        optimizer: {lr: 1.0e-2}
        downstream_expert:
          datarc: {batch_size: 8}
          modelrc: {project_dim: 64, RNNs: {dim: [64, 64]}}
        specaug: {num_freq_mask: 0, num_time_mask: 0}
        """,
      // One answer to everything has 93, and so few steps teach no words.
      metrics: ["wer", "uer"], learned: "uer", chance: .below(80)),
    Case(
      task: "sf",
      settings: """
        runner: {total_steps: 150, eval_step: 150}
        optimizer: {lr: 1.0e-2}
        downstream_expert:
          corpus: {batch_size: 4}
          model: {project_dim: 64, RNNs: {dim: [64, 64]}}
        specaug: {num_freq_mask: 0, num_time_mask: 0}
        """,
      metrics: [
        "slot_type_f1", "slot_value_cer", "slot_value_wer",
        "slot_edit_f1_full", "slot_edit_f1_part", "wer", "cer",
      ],
      // In percent: what somebody says is not guessed.
      learned: "slot_edit_f1_full", chance: .above(5)),
    Case(
      task: "asv",
      settings: """
        runner: {total_steps: 60, eval_step: 30, gradient_accumulate_steps: 1}
        optimizer: {lr: 2.0e-3}
        downstream_expert:
          datarc: {crops: 1, drawn_trials: 100}
          modelrc:
            {speakers: 18, frame_dim: 32, pooled_dim: 64, embedding_dim: 32}
        """,
      // A coin's is a half.
      metrics: ["eer", "eer_dev_selected"], learned: "eer_dev_selected",
      chance: .below(0.35)),
    Case(
      task: "sd",
      settings: """
        runner: {total_steps: 120, eval_step: 120, gradient_accumulate_steps: 1}
        optimizer: {lr: 5.0e-3}
        downstream_expert:
          {datarc: {chunk_size: 250}, modelrc: {hidden_size: 32}}
        """,
      // That one of the two talks all the time has 0.52.
      metrics: ["der_lowest", "der_dev_selected", "acc"],
      learned: "der_dev_selected", chance: .below(0.4)),
    Case(
      task: "phone_linear",
      settings: """
        runner: {total_steps: 100, eval_step: 100}
        optimizer: {lr: 1.0e-2}
        downstream_expert: {datarc: {bucket_size: 4}}
        """,
      // The most frequent phone has a share of 0.17.
      metrics: ["acc"], learned: "acc", chance: .above(0.4)),
    Case(
      task: "phone_linear_concat",
      settings: """
        runner: {total_steps: 100, eval_step: 100}
        optimizer: {lr: 1.0e-2}
        downstream_expert: {datarc: {bucket_size: 4}}
        """,
      metrics: ["acc"], learned: "acc", chance: .above(0.4)),
    Case(
      task: "phone_1hidden",
      settings: """
        runner: {total_steps: 100, eval_step: 100}
        optimizer: {lr: 5.0e-3}
        downstream_expert:
          {datarc: {bucket_size: 4}, modelrc: {hidden_size: 64}}
        """,
      metrics: ["acc"], learned: "acc", chance: .above(0.4)),
  ]

  private static let corpora = Result {
    let folder = try temporaryFolder("spoken")
    removeAtExit(folder)
    let outcome = try Program.run(
      [
        "data", "make-demo", folder, "--only",
        "librispeech,audio_snips,voxceleb1,libri2mix",
      ], in: folder, timeout: 1800)
    try #require(outcome.exitCode == 0, "\(outcome.errors)")
    return folder
  }

  private func folder(for task: Case) throws -> BenchmarkFolder {
    let corpora = try Self.corpora.get()
    let settings = task.settings.split(separator: "\n")
      .map { "    \($0)\n" }.joined()
    return try BenchmarkFolder(
      """
      upstreams: [mfcc]
      corpora:
        librispeech: \(corpora)/librispeech
        librispeech_lexicon: \(corpora)/librispeech
        audio_snips: \(corpora)/audio_snips
        voxceleb1: \(corpora)/voxceleb1
        libri2mix: \(corpora)/libri2mix
      tasks:
        \(task.task):
      \(settings)
      """)
  }

  @Test(arguments: cases)
  func shortTrainingBeatsChance(at task: Case) throws {
    let folder = try folder(for: task)
    let run = try folder.superb("run")
    #expect(run.exitCode == 0, "\(run.errors)")
    let result = try folder.result("mfcc", task.task)
    let primary = try #require(result.primaryMetric)
    #expect(primary.name == task.metrics.first)
    let tested = result.metrics.filter { $0.split == primary.split }
    #expect(tested.map(\.name) == task.metrics)
    let learned = try #require(tested.first { $0.name == task.learned }).value
    switch task.chance {
    case .below(let chance): #expect(learned < chance)
    case .above(let chance): #expect(learned > chance)
    }
    // What it printed is the figure that it recorded.
    let title = try #require(
      run.errors.split(separator: "\n").first { $0.hasPrefix("[1/1]") })
    #expect(title.contains("mfcc × \(task.task): "), "\(title)")
    let report = try folder.superb("report", "--format", "csv")
    #expect(report.exitCode == 0, "\(report.errors)")
    #expect(report.output.contains(task.task))
    // A step's memory is bounded, and reported.
    let step = try #require(result.cost.peakTensorBytes)
    #expect((100 << 10..<300 << 20).contains(step), "\(step)")
    #expect(step < result.cost.peakMemoryBytes)
  }

  @Test func longBatchesAreCutAndTakeLessMemory() throws {
    var task = try #require(Self.cases.first { $0.task == "asr" })
    func peak(seconds: Int) throws -> Int64 {
      task.settings = """
        runner: {total_steps: 8, eval_step: 8}
        downstream_expert:
          datarc: {batch_size: 32, max_batch_seconds: \(seconds)}
          modelrc: {project_dim: 16, RNNs: {dim: [16, 16]}}
        """
      let folder = try folder(for: task)
      let run = try folder.superb("run")
      #expect(run.exitCode == 0, "\(run.errors)")
      return try #require(
        try folder.result("mfcc", "asr").cost.peakTensorBytes)
    }
    // Sixteen sentences of some two seconds, or two or three of them.
    let (all, few) = (try peak(seconds: 600), try peak(seconds: 6))
    #expect(few * 3 < all, "\(few) \(all)")
  }

  @Test func aCorpusThatLacksAFileFailsItsCellAlone() throws {
    let task = try #require(Self.cases.first { $0.task == "asv" })
    let folder = try folder(for: task)
    try folder.write(
      "trials.txt", "1 id10001/nowhere/00001.wav id10001/nowhere/00002.wav\n")
    let run = try folder.superb(
      "run", "-o",
      "config.downstream_expert.datarc.test_trials=\(folder.path)/trials.txt")
    #expect(run.exitCode == 1, "\(run.errors)")
    let reason = try #require(
      try folder.result("mfcc", "asv").failure?.reason)
    #expect(reason.contains("id10001/nowhere/00001.wav"), "\(reason)")
    #expect(reason.contains("trials of 'test'"), "\(reason)")
  }

  /// What evaluations have found, a threshold or the place of a setting, is no
  /// part of a mean of checkpoints: the mean is asked anew, and its checkpoint
  /// says afterwards what the result says of it.
  @Test(arguments: [("sd", "acc"), ("asv", "EER")])
  func anAveragedCheckpointHasFiguresOfItsOwn(
    of name: String, by metric: String
  ) throws {
    let task = try #require(Self.cases.first { $0.task == name })
    let folder = try folder(for: task)
    let run = try folder.superb(
      "run", "-o",
      "config.runner.eval_step=20,,config.runner.save_step=20,,"
        + "config.runner.best_checkpoints="
        + "[{'split': 'dev', 'metric': '\(metric)', 'keep': 3, "
        + "'average': True}]")
    #expect(run.exitCode == 0, "\(run.errors)")
    let average = try #require(
      try folder.result("mfcc", name).averages?.first)
    #expect(average.steps.count == 3)
    let file = try #require(
      folder.files().first { $0.hasSuffix("-\(metric)-average.ckpt") })
    let asked = try folder.superb(
      "evaluate", "--from", "runs/" + file, "--split", "test", "--json")
    #expect(asked.exitCode == 0, "\(asked.errors)")
    struct Figure: Decodable {
      var metric: String
      var value: Double
    }
    let figures = try JSONDecoder().decode(
      [Figure].self, from: Data(asked.output.utf8))
    for own in average.metrics {
      let found = figures.first { $0.metric == own.name }?.value
      #expect(found == own.value, "\(own.name): \(figures)")
    }
    #expect(!average.metrics.isEmpty)
  }

  /// Diarization keeps checkpoints by accuracy and is ranked by error rate:
  /// a rate of the grid is worth what its kept checkpoint is.
  @Test func aGridIsChosenAtTheCheckpointsThatAreKept() throws {
    let task = try #require(Self.cases.first { $0.task == "sd" })
    let folder = try folder(for: task)
    let run = try folder.superb(
      "run", "-o",
      "config.runner.eval_step=5,,config.runner.total_steps=60,,"
        + "config.runner.lr_grid=[0.1, 0.002]")
    #expect(run.exitCode == 0, "\(run.errors)")
    let result = try folder.result("mfcc", "sd")
    let curve = try #require(result.learningRates)
    #expect(curve.metric == "der_lowest")
    struct Scalar: Decodable {
      var name: String
      var step: Int
      var value: Double
    }
    for point in curve.points {
      let file = try #require(
        folder.files().first {
          $0.hasSuffix("/lr-\(point.rate)/scalars.jsonl")
        })
      let lines = try folder.text("runs/" + file).split(separator: "\n")
      let scalars = try lines.map {
        try JSONDecoder().decode(Scalar.self, from: Data($0.utf8))
      }.filter { $0.name.hasSuffix("dev-der_lowest") }
      #expect(scalars.count == 12)
      // Else the test would not tell the two apart.
      let lowest = scalars.min { $0.value < $1.value }
      #expect(lowest?.step != point.bestStep)
      let kept = scalars.first { $0.step == point.bestStep }
      #expect(kept?.value == point.value, "\(scalars) \(point)")
    }
    let chosen = curve.points.first { $0.rate == curve.chosen }
    #expect(chosen?.value == curve.points.compactMap(\.value).min())
    #expect(result.bestStep == chosen?.bestStep)
  }
}
