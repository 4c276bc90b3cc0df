import Configuration
import TestSupport
import Testing

@testable import Records
@testable import Runs
@testable import Training

/// A grid holds until somebody names one rate.
@Suite struct LearningRateGridTests {
  private func rates(
    overlay: String? = nil, overrides: String = "none"
  ) throws -> [Double] {
    let folder = try TemporaryFolder()
    let file = try folder.write(
      "config.yaml",
      "runner: {total_steps: 5, lr_grid: [1.0e-2, 1.0e-4]}\n"
        + "optimizer: {name: Adam, lr: 1.0e-3}\n")
    return try TaskConfiguration(
      file: file, overlay: try overlay.map(Samples.yaml),
      overrides: try Overrides.parse(overrides)
    ).settings.learningRates
  }

  @Test func gridOfTheTaskIsTakenInOrder() throws {
    #expect(try rates() == [1e-4, 1e-2])
    #expect(try rates(overlay: "optimizer: {name: AdamW}") == [1e-4, 1e-2])
  }

  @Test func rateThatIsNamedAboveReplacesTheGrid() throws {
    #expect(try rates(overlay: "optimizer: {lr: 0.5}").isEmpty)
    #expect(try rates(overrides: "config.optimizer.lr=0.5").isEmpty)
  }

  @Test func gridThatIsNamedWithARateStays() throws {
    #expect(
      try rates(
        overlay: "{optimizer: {lr: 0.5}, runner: {lr_grid: [0.1, 0.2]}}")
        == [0.1, 0.2])
    #expect(
      try rates(
        overrides: "config.optimizer.lr=0.5,,config.runner.lr_grid=[0.3, 0.4]")
        == [0.3, 0.4])
  }
}
