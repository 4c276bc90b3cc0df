import Configuration
import Diagnostics
import TestSupport
import Testing

@testable import Records

@Suite struct RunnerSettingsTests {
  @Test func defaultsAreTheProtocols() throws {
    let settings = try RunnerSettings(
      Samples.yaml("runner: {total_steps: 10}"))
    #expect(settings.totalSteps == 10)
    #expect(settings.accumulation == 1)
    #expect(settings.gradientClipping == 1)
    #expect(settings.evalSplits == ["dev"])
    #expect(settings.trainSplit == "train")
    #expect(settings.evaluateRatio == 1)
    #expect(settings.maxKeep == 1)
  }

  @Test func everyKeyIsRead() throws {
    let settings = try RunnerSettings(
      Samples.yaml(
        """
        runner:
          total_steps: 11
          gradient_clipping: 2.5
          gradient_accumulate_steps: 3
          log_step: 4
          eval_step: 5
          save_step: 6
          max_keep: 7
          eval_dataloaders: [dev, test]
          train_dataloader: half
          evaluate_ratio: 0.5
          fp16: false
        """))
    #expect(settings.totalSteps == 11)
    #expect(settings.gradientClipping == 2.5)
    #expect(settings.accumulation == 3)
    #expect(settings.logStep == 4)
    #expect(settings.evalStep == 5)
    #expect(settings.saveStep == 6)
    #expect(settings.maxKeep == 7)
    #expect(settings.evalSplits == ["dev", "test"])
    #expect(settings.trainSplit == "half")
    #expect(settings.evaluateRatio == 0.5)
  }

  @Test func onlyWhatTrainsNothingChoosesALayer() throws {
    let settings = try RunnerSettings(
      Samples.yaml("runner: {total_steps: 0, choose_layer_on: dev}"))
    #expect(settings.layerSplit == "dev")
    let error = #expect(throws: UserError.self) {
      try RunnerSettings(
        Samples.yaml("runner: {total_steps: 1, choose_layer_on: dev}"))
    }
    #expect(error?.what.contains("choose_layer_on") == true)
  }

  @Test(arguments: [
    "total_steps: -1", "total_steps: 1.5", "total_steps: x", "",
    "{total_steps: 1, eval_step: 0}", "{total_steps: 1, max_keep: 0}",
    "{total_steps: 1, gradient_accumulate_steps: 0}",
    "{total_steps: 1, gradient_clipping: 0}",
    "{total_steps: 1, evaluate_ratio: 1.1}",
    "{total_steps: 1, evaluate_ratio: 0}", "{total_steps: 1, fp16: true}",
    "{total_steps: 1, totalsteps: 1}",
  ])
  func whatCannotBeRunIsTheUsersError(section: String) throws {
    let text =
      section.hasPrefix("{") || section.isEmpty
      ? "runner: \(section)" : "runner:\n  \(section)"
    let value = try Samples.yaml(text)
    #expect(throws: UserError.self) { try RunnerSettings(value) }
  }

  @Test func errorsNameTheirPlace() throws {
    let value = try Samples.yaml(
      "runner:\n  total_steps: 1\n  eval_step: 0\n")
    let error = #expect(throws: UserError.self) { try RunnerSettings(value) }
    #expect(error?.location == "test.yaml:3:14")
  }
}
