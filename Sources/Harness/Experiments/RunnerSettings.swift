import Configuration
import Diagnostics

/// The `runner` section: how long to train, and when to look.
///
/// All counts are of updates of the weights.
public struct RunnerSettings: Sendable {
  public var totalSteps: Int
  /// Largest L2 norm of all gradients together.
  public var gradientClipping: Double
  /// Batches per update.
  public var accumulation: Int
  public var logStep: Int
  public var evalStep: Int
  public var saveStep: Int
  /// How many `states-*.ckpt` to keep.
  public var maxKeep: Int
  public var evalSplits: [String]
  public var trainSplit: String
  /// Share of an evaluation split's batches.
  public var evaluateRatio: Double

  static let keys = [
    "total_steps", "gradient_clipping", "gradient_accumulate_steps",
    "log_step", "eval_step", "save_step", "max_keep", "eval_dataloaders",
    "train_dataloader", "evaluate_ratio", "fp16",
  ]

  public init(_ section: ConfigValue) throws {
    try section.checkKeys(known: Self.keys)
    func count(_ key: String, default fallback: Int?, atLeast least: Int)
      throws -> Int
    {
      guard let value = section[key] else {
        if let fallback { return fallback }
        throw UserError(
          "runner.\(key) is missing", at: section.mark?.description)
      }
      let number = try value.int()
      guard number >= least else {
        throw UserError(
          "runner.\(key) is \(number), expected \(least) or more",
          at: value.mark?.description)
      }
      return number
    }
    totalSteps = try count("total_steps", default: nil, atLeast: 0)
    accumulation = try count(
      "gradient_accumulate_steps", default: 1, atLeast: 1)
    logStep = try count("log_step", default: 100, atLeast: 1)
    evalStep = try count("eval_step", default: 1000, atLeast: 1)
    saveStep = try count("save_step", default: 1000, atLeast: 1)
    maxKeep = try count("max_keep", default: 1, atLeast: 1)
    gradientClipping = try section["gradient_clipping"]?.double() ?? 1
    evalSplits = try section["eval_dataloaders"]?.strings() ?? ["dev"]
    trainSplit = try section["train_dataloader"]?.string() ?? "train"
    evaluateRatio = try section["evaluate_ratio"]?.double() ?? 1
    guard gradientClipping > 0 else {
      throw UserError(
        "runner.gradient_clipping must be above 0",
        at: section["gradient_clipping"]?.mark?.description)
    }
    guard evaluateRatio > 0, evaluateRatio <= 1 else {
      throw UserError(
        "runner.evaluate_ratio must be above 0 and at most 1",
        at: section["evaluate_ratio"]?.mark?.description)
    }
    if try section["fp16"]?.bool() == true {
      throw UserError(
        "runner.fp16 is not available: training is in float32",
        at: section["fp16"]?.mark?.description, fix: "remove the key")
    }
  }
}
