import Configuration
import Diagnostics

/// How an upstream is trained together with the head, instead of being
/// frozen.
package struct FineTuning: Codable, Equatable, Sendable {
  /// Of the upstream's weights; nil for the head's.
  package var learningRate: Double?
  /// Whether the convolutions over samples are trained, too. s3prl leaves
  /// them as they are.
  package var trainsFeatureEncoder = false
  /// Who trains it, in the order of their turns, where several heads train
  /// one upstream together; nil where each has an upstream of its own.
  package var sharedBy: [Companion]?

  /// One of the experiments that train an upstream together.
  package struct Companion: Codable, Equatable, Sendable {
    package var task: String
    /// What it is when it trains an upstream of its own.
    package var signature: String

    package init(task: String, signature: String) {
      self.task = task
      self.signature = signature
    }
  }

  package init() {}

  /// - Parameter value: `fine_tuning` in `benchmark.yaml`: a section, or
  ///   whether there is any.
  package init?(_ value: ConfigValue) throws {
    if case .map = value.kind {
      try value.checkKeys(known: ["learning_rate", "feature_encoder"])
      learningRate =
        try value.value(at: "learning_rate") == nil
        ? nil : try value.double(at: "learning_rate")
      trainsFeatureEncoder = try value.bool(
        at: "feature_encoder", default: false)
      try check(at: value.mark?.description)
    } else if try !value.bool(at: "") {
      return nil
    }
  }

  /// - Throws: `UserError` for a rate that is none.
  package func check(at place: String? = nil) throws {
    guard let learningRate else { return }
    guard learningRate > 0, learningRate.isFinite else {
      throw UserError(
        "the upstream's learning rate is \(learningRate), expected a number "
          + "above 0", at: place)
    }
  }

  /// What decides numbers, for the signature.
  var identity: String {
    "fine-tuned \(learningRate.map { "\($0)" } ?? "as the head") "
      + (trainsFeatureEncoder ? "with" : "without") + " the feature encoder"
      + (sharedBy ?? []).map { ", by \($0.task) \($0.signature)" }.joined()
  }
}
