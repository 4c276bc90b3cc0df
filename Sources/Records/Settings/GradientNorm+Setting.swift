import Configuration
import Diagnostics
import Tensors

extension GradientNorm {
  /// `runner.grad_norm_type`: a number above 0, or `inf`; 2 unless given.
  ///
  /// - Parameter root: a task's whole configuration.
  init(_ root: ConfigValue) throws {
    let key = "runner.grad_norm_type"
    guard let value = try root.value(at: key) else {
      self = .euclidean
      return
    }
    if case .string(let text) = value.kind, text == "inf" {
      self = .infinity
      return
    }
    let power = try root.double(at: key)
    guard power > 0 else {
      throw UserError(
        "expected a number above 0, or inf", at: value.mark?.description,
        fix: "write 1, 2 or inf")
    }
    self =
      power.isInfinite ? .infinity : power == 2 ? .euclidean : .power(power)
  }
}
