import Configuration
import Diagnostics
import TestSupport
import Testing

@testable import Runs

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
}
