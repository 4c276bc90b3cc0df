import TestSupport
import Testing

@testable import Records

/// A default that was added later makes no experiment another one.
@Suite struct SignatureTests {
  private func signature(_ runner: String, _ optimizer: String = "")
    throws -> String
  {
    var experiment = Samples.experiment
    experiment.config = try TaskConfiguration(
      Samples.yaml(
        """
        runner: {total_steps: 5\(runner)}
        optimizer: {name: Adam, lr: 0.1\(optimizer)}
        downstream_expert: {a: 1}
        """))
    return try experiment.signature()
  }

  @Test func whatSaysTheDefaultOfALaterKeySaysNothing() throws {
    let plain = try signature("")
    for runner in [
      ", grad_norm_type: 2", ", grad_norm_type: 2.0", ", start_epoch: 0",
      ", predictions_every: 0", ", ema: null", ", eval_every: {}",
      ", num_epochs: null", ", grad_norm_type: 2, start_epoch: 0",
    ] {
      #expect(try signature(runner) == plain, "\(runner)")
    }
    #expect(try signature("", ", groups: []") == plain)
  }

  @Test func otherValuesAreOtherExperiments() throws {
    let plain = try signature("")
    for runner in [
      ", grad_norm_type: 1", ", start_epoch: 1", ", ema: 0.9",
      ", eval_every: {dev: 2}", ", save_epochs: 1",
    ] {
      #expect(try signature(runner) != plain, "\(runner)")
    }
    #expect(
      try signature("", ", groups: [{parameters: w, factor: 2}]") != plain)
  }
}
