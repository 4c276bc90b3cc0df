import Configuration
import TestSupport
import Testing

@testable import Records

@Suite struct RunProfileTests {
  private static let long = """
    runner: {total_steps: 200000, log_step: 100, eval_step: 5000}
    scheduler: {name: linear_schedule_with_warmup, num_warmup_steps: 20000}
    """

  @Test func fullLeavesTheConfigurationAlone() throws {
    let root = try Samples.yaml(Self.long)
    #expect(try RunProfile.full.shortening(root) == root)
    #expect(RunProfile.full.limit == nil)
  }

  @Test(arguments: [RunProfile.smoke, .dev])
  func shortTrainingStillLogsEvaluatesAndSaves(_ profile: RunProfile) throws {
    let short = try profile.shortening(try Samples.yaml(Self.long))
    let settings = try RunnerSettings(short)
    #expect(settings.totalSteps < 2000)
    for often in [settings.logStep, settings.evalStep, settings.saveStep] {
      #expect(often.count(by: settings.totalSteps) >= 2)
    }
    let warmup = try short.int(at: "scheduler.num_warmup_steps")
    #expect(warmup * 10 == settings.totalSteps)
    #expect(profile.limit != nil)
  }

  @Test func whatIsShortAlreadyStaysAsItIs() throws {
    let root = try Samples.yaml("runner: {total_steps: 5, eval_step: 2}")
    #expect(try RunProfile.smoke.shortening(root) == root)
    let untrained = try Samples.yaml("runner: {total_steps: 0}")
    #expect(try RunProfile.smoke.shortening(untrained) == untrained)
  }

  @Test func overridesHaveTheLastWord() throws {
    let overlay = try Samples.yaml(Self.long + "\noptimizer: {name: Adam}")
    let value = try TaskConfiguration(
      file: nil, overlay: overlay, profile: .smoke,
      overrides: try Overrides.parse("config.runner.total_steps=77")
    ).value
    #expect(try value.int(at: "runner.total_steps") == 77)
  }
}
