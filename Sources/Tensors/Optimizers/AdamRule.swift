import Foundation
import Kernels

/// The variants of Adam. With m and v the averages of g and g², t counting
/// updates from 1, c1 = 1 - β1ᵗ and c2 = 1 - β2ᵗ:
struct AdamRule {
  enum Variant {
    /// p -= lr / c1 · m / (√v / √c2 + ε), of g + decay · p. PyTorch's Adam.
    case torchAdam
    /// p -= lr / c1 · m / (√v / √c2 + ε), of g itself, after p *= 1 - lr ·
    /// decay. PyTorch's AdamW.
    case torchAdamW
    /// p -= lr · √c2 / c1 · m / (√v + ε), then p *= 1 - lr · decay. s3prl's
    /// AdamW.
    case decayLast
    /// p -= lr · s(t - 1) · (m / (√v + ε) + decay · p), of each parameter's
    /// gradient clipped to norm 1. s3prl's BertAdam.
    case bert
    /// p -= lr · √c2 / c1 · s(t) · (m / (√v + ε) + decay · p). s3prl's Lamb
    /// class with `adam` and `correct_bias`.
    case corrected
  }

  let variant: Variant
  var beta1 = 0.9
  var beta2 = 0.999
  var epsilon: Double
  /// For the variants with a schedule of their own.
  var warmup = WarmupLinear(proportion: 0, totalSteps: 1)

  /// - Parameters:
  ///   - step: t.
  ///   - gradientNorm: of this parameter; only `bert` looks at it.
  func settings(
    learningRate: Double, decay: Double, step: Int, gradientNorm: Double = 0
  ) -> superb_adam_settings {
    let c1 = 1 - pow(beta1, Double(step))
    let c2 = 1 - pow(beta2, Double(step))
    var settings = superb_adam_settings()
    settings.beta1 = Float(beta1)
    settings.beta2 = Float(beta2)
    settings.one_minus_beta1 = Float(1 - beta1)
    settings.one_minus_beta2 = Float(1 - beta2)
    settings.root_scale = 1
    settings.epsilon = Float(epsilon)
    settings.before = 1
    settings.after = 1
    settings.gradient_factor = 1
    switch variant {
    case .torchAdam:
      settings.root_scale = Float(1 / c2.squareRoot())
      settings.step = Float(learningRate / c1)
      settings.l2 = Float(decay)
    case .torchAdamW:
      settings.root_scale = Float(1 / c2.squareRoot())
      settings.step = Float(learningRate / c1)
      settings.before = Float(1 - learningRate * decay)
    case .decayLast:
      settings.step = Float(learningRate * c2.squareRoot() / c1)
      settings.after = Float(1 - learningRate * decay)
    case .bert:
      let rate = learningRate * warmup.factor(atStep: step - 1)
      settings.step = Float(rate)
      settings.before = Float(1 - rate * decay)
      settings.gradient_factor = Float(min(1, 1 / (gradientNorm + 1e-6)))
    case .corrected:
      let rate =
        learningRate * c2.squareRoot() / c1 * warmup.factor(atStep: step)
      settings.step = Float(rate)
      settings.before = Float(1 - rate * decay)
    }
    return settings
  }
}

/// The schedule inside BertAdam and its kin: up linearly over the first
/// `proportion` of all updates, then down linearly to 0.
struct WarmupLinear {
  let proportion: Double
  let totalSteps: Int

  func factor(atStep step: Int) -> Double {
    let progress = Double(step) / Double(max(1, totalSteps))
    if progress < proportion { return progress / proportion }
    return proportion == 1 ? 0 : max((progress - 1) / (proportion - 1), 0)
  }

  /// Weight decay of one parameter: none for biases and layer norms, by the
  /// names that s3prl looks for.
  static func decay(of parameter: Parameter) -> Double {
    let exempt = ["bias", "LayerNorm.bias", "LayerNorm.weight"]
    return exempt.contains { parameter.name.contains($0) } ? 0 : 0.01
  }
}
