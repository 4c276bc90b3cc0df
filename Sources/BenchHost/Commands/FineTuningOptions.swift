import ArgumentParser
import Records

/// The options of `superb run` that train the upstream along with the heads.
struct FineTuningOptions: ParsableArguments {
  @Flag(
    name: [.customShort("f"), .long],
    help: "Train the upstream along with the head.")
  var upstreamTrainable = false

  @Option(
    help: ArgumentHelp(
      "The upstream's learning rate, if not the head's.", valueName: "rate"))
  var upstreamLearningRate: Double?

  @Flag(help: "Train the convolutions over samples, too.")
  var trainFeatureEncoder = false

  func validate() throws {
    try require(
      upstreamTrainable
        || (upstreamLearningRate == nil && !trainFeatureEncoder),
      "--upstream-learning-rate and --train-feature-encoder go with -f")
    try require(
      upstreamLearningRate.map { $0 > 0 && $0.isFinite } ?? true,
      "--upstream-learning-rate takes a number above 0")
  }

  /// What is said here, over what `benchmark.yaml` says.
  func over(_ file: FineTuning?) -> FineTuning? {
    guard upstreamTrainable else { return file }
    var tuning = file ?? FineTuning()
    tuning.learningRate = upstreamLearningRate ?? tuning.learningRate
    if trainFeatureEncoder { tuning.trainsFeatureEncoder = true }
    return tuning
  }
}
