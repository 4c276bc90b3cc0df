import Diagnostics

/// A model's tensors, all of which are known to be there.
struct ParameterReader {
  private let tensors: any NamedTensors
  private let shapes: [String: [Int]]

  /// - Throws: `UserError` that names the first tensor that is missing or of
  ///   another shape.
  init(_ parameters: [ModelParameter], in tensors: any NamedTensors) throws {
    for parameter in parameters {
      guard let shape = tensors.shape(of: parameter.name) else {
        throw UserError(
          "tensor \(parameter.name) \(parameter.shape) is missing",
          fix: "the weights are not those of this configuration")
      }
      guard shape == parameter.shape else {
        throw UserError(
          "tensor \(parameter.name) is \(shape), not \(parameter.shape)",
          fix: "the weights are not those of this configuration")
      }
    }
    self.tensors = tensors
    self.shapes = Dictionary(
      parameters.map { ($0.name, $0.shape) }, uniquingKeysWith: { $1 })
  }

  func shape(_ name: String) throws -> [Int] {
    guard let shape = shapes[name] else {
      throw InternalError("\(name) is not among the model's parameters")
    }
    return shape
  }

  func floats(_ name: String) throws -> [Float] {
    let count = try shape(name).reduce(1, *)
    let values = try tensors.floats(name)
    guard values.count == count else {
      throw InternalError(
        "tensor \(name) holds \(values.count) numbers, not \(count)")
    }
    return values
  }

  /// The values, or nil if the model has no such parameter.
  func floatsIfPresent(_ name: String) throws -> [Float]? {
    try shapes[name] == nil ? nil : floats(name)
  }
}
