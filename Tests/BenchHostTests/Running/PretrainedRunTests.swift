import Foundation
import Testing

/// Pretrained models through the whole program.
@Suite struct PretrainedRunTests {
  static let benchmark = """
    name: demo
    upstreams: [fbank]
    corpora:
      speech_commands: CORPORA/speech_commands
      speech_commands_test: CORPORA/speech_commands_test
      fluent_speech_commands: CORPORA/fluent_speech_commands
      librispeech: CORPORA/librispeech
      librispeech_lexicon: CORPORA/lexicon
    tasks:
      ks:
        runner: {total_steps: 10, eval_step: 5, save_step: 5, log_step: 5}
      ic:
        runner: {total_steps: 10, eval_step: 5, save_step: 5, log_step: 5}
      pr:
        runner: {total_steps: 10, eval_step: 5, save_step: 5, log_step: 5}

    """

  let folder: BenchmarkFolder
  let model: String

  init() throws {
    folder = try BenchmarkFolder(Self.benchmark)
    // No test looks into the user's cache, nor at the hub.
    folder.setEnvironment("HF_HOME", folder.path + "/hub")
    folder.setEnvironment("HF_HUB_OFFLINE", "1")
    model = folder.path + "/tiny"
  }

  @Test func aFolderRunsOnThreeTasksAndTheSecondTimeWithoutTheModel() throws {
    try ModelFolder.write(to: model)
    let run = ["run", "--upstream", "./tiny", "--tasks", "pr,ks,ic"]
    let first = try folder.superb(run)
    #expect(first.exitCode == 0, "\(first.errors)")
    var digests: Set<String> = []
    for task in ["pr", "ks", "ic"] {
      let result = try folder.result("tiny", task)
      #expect(result.cost.upstreamPasses > 0)
      #expect(result.cost.trainingSteps == 10)
      #expect(result.upstream.name == "./tiny")
      #expect(result.upstream.layers == 3)
      #expect(result.upstream.dimension == 16)
      digests.insert(result.upstream.digest)
    }
    #expect(digests.count == 1)
    let numbers = try folder.numbers()

    let second = try folder.superb(run)
    #expect(second.exitCode == 0)
    #expect(second.errors.components(separatedBy: "done before").count == 4)

    let fresh = try folder.superb(run + ["--fresh"])
    #expect(fresh.exitCode == 0, "\(fresh.errors)")
    for task in ["pr", "ks", "ic"] {
      #expect(try folder.result("tiny", task).cost.upstreamPasses == 0)
    }
    #expect(try folder.numbers() == numbers)
  }

  /// The name is the user's; the weights are what counts.
  @Test func otherWeightsUnderTheSameNameAreAnotherExperiment() throws {
    try ModelFolder.write(to: model)
    let run = ["run", "-u", "tiny", "-d", "ic"]
    #expect(try folder.superb(run).exitCode == 0)
    let before = try folder.result("tiny", "ic")
    try FileManager.default.moveItem(atPath: model, toPath: model + "-moved")
    let moved = try folder.superb("run", "-u", "./tiny-moved", "-d", "ic")
    #expect(moved.exitCode == 0, "\(moved.errors)")
    let after = try folder.result("tiny-moved", "ic")
    #expect(after.upstream.digest == before.upstream.digest)
    // The same weights: their states are in the store.
    #expect(after.cost.upstreamPasses == 0)
    try ModelFolder.write(to: model) { $0["more"] = [3] }
    let changed = try folder.superb(run)
    #expect(changed.exitCode == 0, "\(changed.errors)")
    #expect(!changed.errors.contains("done before"))
  }

  @Test func upstreamsShowsWhatIsKnownOfAFolder() throws {
    try ModelFolder.write(to: model)
    let shown = try folder.superb("upstreams", "./tiny")
    #expect(shown.exitCode == 0, "\(shown.errors)")
    for text in [
      "wav2vec2", "3", "16", "20 ms", "25 ms", "./tiny", "parameters",
    ] {
      #expect(shown.output.contains(text), "\(text)")
    }
    let data = try folder.superb("upstreams", "./tiny", "--json")
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(data.output.utf8))
        as? [String: Any])
    #expect(object["layers"] as? Int == 3)
    #expect(object["receptiveField"] as? Int == 400)
    #expect((object["parameters"] as? Int ?? 0) > 1000)
  }

  @Test func upstreamsShowsWhereMissingWeightsAreLookedFor() throws {
    let shown = try folder.superb("upstreams", "hubert")
    #expect(shown.exitCode == 0, "\(shown.errors)")
    #expect(shown.output.contains("Apache-2.0"))
    #expect(shown.output.contains(folder.path + "/hub"))
    #expect(shown.output.contains("facebook/hubert-base-ls960"))
    let hub = try folder.superb("upstreams", "some/model@v1", "--json")
    #expect(hub.exitCode == 0)
    #expect(hub.output.contains("models--some--model"))
    let none = try folder.superb("upstreams", "./nothing")
    #expect(none.exitCode == 2)
    #expect(none.errors.contains("./nothing: there is no such file or folder"))
  }

  @Test func withoutANetworkTheErrorSaysWhereItLooked() throws {
    for name in ["wav2vec2", "some/model"] {
      let run = try folder.superb("run", "-u", name, "-d", "ks")
      #expect(run.exitCode == 2)
      #expect(run.errors.contains(folder.path + "/hub"), "\(run.errors)")
      #expect(run.errors.contains("HF_HUB_OFFLINE"))
    }
  }

  @Test func aBrokenFolderIsRefusedBeforeAnythingRuns() throws {
    func refusal(_ change: () throws -> Void) throws -> String {
      try? FileManager.default.removeItem(atPath: model)
      try ModelFolder.write(to: model)
      try change()
      let run = try folder.superb("run", "-u", "./tiny", "-d", "ks")
      #expect(run.exitCode == 2, "\(run.errors)")
      #expect(run.errors.contains("./tiny"), "\(run.errors)")
      // What to do about it stands in parentheses.
      #expect(run.errors.contains("("), "\(run.errors)")
      #expect(folder.files().isEmpty)
      return run.errors
    }
    let weights = model + "/model.safetensors"
    #expect(
      try refusal {
        try FileManager.default.removeItem(atPath: model + "/config.json")
      }.contains("no config.json"))
    #expect(
      try refusal {
        try FileManager.default.removeItem(atPath: weights)
      }.contains("no model.safetensors"))
    #expect(
      try refusal {
        var other = ModelFolder.configuration
        other["model_type"] = "bert"
        try ModelFolder.write(to: model, other)
      }.contains("model_type bert is not understood"))
    #expect(
      try refusal {
        try ModelFolder.write(to: model) {
          $0["encoder.layers.1.final_layer_norm.bias"] = nil
        }
      }.contains("encoder.layers.1.final_layer_norm.bias [16] is missing"))
    #expect(
      try refusal {
        try ModelFolder.write(to: model) {
          $0["feature_projection.projection.weight"] = [16, 9]
        }
      }.contains("feature_projection.projection.weight is [16, 9], not [16, 8]")
    )
    #expect(
      try refusal {
        let whole = try Data(contentsOf: URL(fileURLWithPath: weights))
        try whole.dropLast(100).write(to: URL(fileURLWithPath: weights))
      }.contains("this is no proper safetensors file"))
    #expect(
      try refusal {
        try Data("{}".utf8).write(
          to: URL(fileURLWithPath: model + "/config.json"))
      }.contains("there is no model_type"))
  }
}
