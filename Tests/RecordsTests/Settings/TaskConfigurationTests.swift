import Configuration
import Diagnostics
import Tensors
import TestSupport
import Testing

@testable import Records

@Suite struct TaskConfigurationTests {
  private let folder: TemporaryFolder
  private let file: String

  init() throws {
    folder = try TemporaryFolder()
    file = try folder.write(
      "config.yaml",
      """
      runner: {total_steps: 100, eval_dataloaders: [dev, test]}
      optimizer: {name: Adam, lr: 1.0e-4}
      downstream_expert: {datarc: {batch_size: 32}}
      """)
  }

  @Test func epochsCountInPlaceOfTheStepsOfTheFileBelow() throws {
    func settings(
      _ overlay: String?, _ overrides: String = ""
    ) throws -> RunnerSettings {
      try TaskConfiguration(
        file: file, overlay: overlay.map(Samples.yaml),
        overrides: overrides.isEmpty ? [] : Overrides.parse(overrides)
      ).settings
    }
    let epochs = "{runner: {num_epochs: 3}}"
    #expect(try settings(epochs).epochs.total == 3)
    #expect(try settings(nil, "config.runner.num_epochs=4").epochs.total == 4)
    let steps = try settings(epochs, "config.runner.total_steps=7")
    #expect(steps.epochs.total == nil)
    #expect(steps.totalSteps == 7)
    let both: Comment = "the same in two units"
    #expect(throws: UserError.self, both) {
      try settings("{runner: {num_epochs: 3, total_steps: 7}}")
    }
    #expect(throws: UserError.self, both) {
      try settings(
        nil, "config.runner.num_epochs=4,,config.runner.total_steps=7")
    }
  }

  @Test func overlayIsLaidOverTheFileAndOverridesOverBoth() throws {
    let configuration = try TaskConfiguration(
      file: file,
      overlay: Samples.yaml(
        """
        runner: {total_steps: 50, eval_dataloaders: [dev]}
        optimizer: {lr: 1.0e-2}
        """),
      overrides: Overrides.parse(
        "config.optimizer.lr=0.5,,args.seed=3,,"
          + "config.downstream_expert.modelrc.select='Flat'"))
    let value = configuration.value
    #expect(try value.int(at: "runner.total_steps") == 50)
    #expect(try value.strings(at: "runner.eval_dataloaders") == ["dev"])
    #expect(try value.double(at: "optimizer.lr") == 0.5)
    #expect(try value.string(at: "optimizer.name") == "Adam")
    #expect(try value.int(at: "downstream_expert.datarc.batch_size") == 32)
    #expect(
      try value.string(at: "downstream_expert.modelrc.select") == "Flat")
  }

  @Test func foldIsSetBelowTheExpertsSection() throws {
    let configuration = try TaskConfiguration(
      file: file, overlay: nil, overrides: []
    ).setting(["datarc", "test_fold"], to: "fold3")
    #expect(
      try configuration.value.string(
        at: "downstream_expert.datarc.test_fold") == "fold3")
    #expect(
      try configuration.value.int(
        at: "downstream_expert.datarc.batch_size") == 32)
  }

  @Test func sectionsThatNobodyReadsAreErrors() throws {
    let overlay = try Samples.yaml("optimiser: {lr: 1}")
    let error = #expect(throws: UserError.self) {
      try TaskConfiguration(file: file, overlay: overlay, overrides: [])
    }
    #expect(error?.location == "test.yaml:1:1")
    #expect(error?.fix == "did you mean 'optimizer'?")
  }

  /// The error of the file with `text` laid over it.
  private func error(_ text: String) throws -> UserError? {
    let overlay = try Samples.yaml(text)
    return #expect(throws: UserError.self) {
      try TaskConfiguration(file: file, overlay: overlay, overrides: [])
    }
  }

  @Test(arguments: [
    ("runner: {log_stpe: 2}", "test.yaml:1:10", "log_step"),
    ("optimizer: {lrr: 2}", "test.yaml:1:13", "lr"),
    ("optimizer: {weight_decay: 0.1}", "test.yaml:1:13", nil),
    (
      "optimizer: {name: TorchOptim, torch_optim_name: SGD, nesterof: true}",
      "test.yaml:1:54", "nesterov"
    ),
    (
      "scheduler: {name: constant_decay_schedule_with_warmup, power: 2}",
      "test.yaml:1:56", nil
    ),
    ("specaug: {num_time_masks: 2}", "test.yaml:1:11", "num_time_mask"),
    (
      "runner: {early_stopping: {patience: 1, treshold: 1}}",
      "test.yaml:1:40", "threshold"
    ),
    (
      "runner: {best_checkpoints: [{metric: acc, kep: 1}]}",
      "test.yaml:1:43", "keep"
    ),
  ]) func keysThatNobodyReadsAreErrorsInEverySection(
    text: String, place: String, meant: String?
  ) throws {
    let error = try error(text)
    #expect(error?.location == place)
    #expect(error?.what.contains("unknown key") == true)
    if let meant { #expect(error?.fix == "did you mean '\(meant)'?") }
  }

  @Test(arguments: [
    "runner: {gradient_accumulate_steps: 9223372036854775807}",
    "runner: {total_steps: 9223372036854775807}",
    "runner: {max_keep: 9223372036854775807}",
    "runner: {log_step: 9223372036854775807}",
    "runner: {evaluate_ratio: .nan}", "runner: {gradient_clipping: .nan}",
    "optimizer: {lr: '1e-4'}", "optimizer: {lr: .nan}", "optimizer: {lr: -1}",
    "optimizer: {name: TorchOptim, torch_optim_name: Adam, betas: [1, 0.9]}",
    "optimizer: {name: Adamm}",
    "scheduler: {name: linear_schedule_with_warmup, num_warmup_steps: -1}",
    "scheduler: {name: linear}",
    "specaug: {time_mask_width_range: [3, 3]}",
    "specaug: {freq_mask_width_range: -1}", "specaug: {num_freq_mask: 1.5}",
    "specaug: {time_warp_mode: linear}", "specaug: {adaptive_size_ratio: 2}",
    "specaug: 3", "downstream_expert: 3",
  ]) func numbersOutOfRangeAreTheUsersWithTheirPlace(text: String) throws {
    let location = try error(text)?.location
    #expect(location?.hasPrefix("test.yaml:1:") == true, "\(location ?? "")")
  }

  @Test func rateInQuotesIsToldHowToBeWritten() throws {
    let error = try error("optimizer: {lr: '1e-4'}")
    #expect(error?.fix == "write it without quotes")
  }

  @Test func numberOfAnOverrideOutOfRangeNamesTheOverride() throws {
    let error = #expect(throws: UserError.self) {
      try TaskConfiguration(
        file: file, overlay: nil,
        overrides: Overrides.parse("config.runner.total_steps=-1"))
    }
    #expect(error?.location == "--override:1:27")
  }

  @Test func specaugIsReadWhereverItWasWritten() throws {
    func augmentation(_ text: String, _ overrides: String = "none") throws
      -> SpecAugment?
    {
      try TaskConfiguration(
        file: file, overlay: Samples.yaml(text),
        overrides: Overrides.parse(overrides)
      ).augmentation
    }
    #expect(try augmentation("{}") == nil)
    #expect(try augmentation("specaug:") == nil)
    #expect(try augmentation("specaug: {}") == SpecAugment())
    #expect(
      try augmentation(
        """
        specaug:
          adaptive: true
          adaptive_number_ratio: 0.1
          adaptive_size_ratio: 0.2
          max_n_time_masks: 3
          apply_time_warp: false
          apply_time_mask: true
          apply_freq_mask: true
          time_warp_window: 5
          time_mask_width_range: [0, 40]
          freq_mask_width_range: 50
          num_freq_mask: 4
          num_time_mask: 6
        """)
        == SpecAugment(
          timeWarpWindow: nil,
          frequencyMasks: .init(widths: 0..<50, number: 4),
          timeMasks: .init(widths: 0..<40, number: 6),
          adaptive: .init(numberRatio: 0.1, sizeRatio: 0.2, mostMasks: 3)))
    #expect(
      try augmentation("{}", "config.specaug.apply_time_warp=False")?
        .timeWarpWindow == nil)
    #expect(
      try augmentation("{}", "config.specaug={'num_time_mask': 9}")?
        .timeMasks?.number == 9)
  }
}
