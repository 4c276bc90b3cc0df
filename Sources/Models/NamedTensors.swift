/// Weights by name, wherever they come from.
///
/// Names are those of the Hugging Face model without a head and without a
/// prefix (`encoder.layers.0.attention.q_proj.weight`), weight norm under its
/// old names (`weight_g`, `weight_v`). Whoever reads another dialect
/// translates it.
package protocol NamedTensors: Sendable {
  /// Every name, sorted.
  var names: [String] { get }
  /// The shape, or nil if there is no such tensor.
  func shape(of name: String) -> [Int]?
  /// The values, row-major, in single precision.
  ///
  /// - Throws: `UserError` that names the file if there is no such tensor or
  ///   it does not hold floating-point numbers.
  func floats(_ name: String) throws -> [Float]
}
