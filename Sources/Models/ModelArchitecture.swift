/// What a model is before its weights are read.
package protocol ModelArchitecture: Sendable {
  /// Every tensor of the model, from its input to its last layer.
  var parameters: [ModelParameter] { get }

  /// Refuses sizes that no model can have, of which nothing else must be
  /// asked.
  ///
  /// - Throws: `UserError` that names the setting.
  func checkSizes() throws
}

extension ModelArchitecture {
  /// Learnt numbers in all.
  package var parameterCount: Int { parameters.reduce(0) { $0 + $1.count } }

  /// Makes sure that the tensors are there, without reading any.
  ///
  /// - Throws: `UserError` that names the first one that is missing or of
  ///   another shape.
  package func check(_ tensors: any NamedTensors) throws {
    _ = try ParameterReader(parameters, in: tensors)
  }
}

extension ModelConfiguration: ModelArchitecture {}

extension ModelConfiguration {
  /// What the model will be.
  package var shape: ModelShape { ModelShape(self) }
}
