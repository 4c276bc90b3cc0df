import Diagnostics
import Tensors

/// A pretrained model whose weights are parameters of an engine: the operators
/// that make its hidden states are recorded, and their gradients flow back to
/// the weights.
///
/// Its states are those of ``SpeechModel``: each utterance is on its own, at
/// its own length, however many are made at a time. There is no dropout.
///
/// As the engine, it serves one thread at a time. Two ways to use it:
///
/// - In one step: ``hiddenStates(of:)``, what follows on the same engine, a
///   loss, `engine.backward(from:)`. Holds what all layers of all utterances
///   need: for a base model, tens of megabytes for each second of audio.
/// - In two: hidden states while the engine does not record, the head's step
///   with the gradients of those states, then for each utterance
///   ``backward(_:gradients:)``, and `endStep()`. Holds one utterance's.
package final class TrainableModel {
  package let shape: ModelShape
  /// In the order of the model, named after its tensors, behind the prefix.
  package let parameters: [Parameter]

  let configuration: ModelConfiguration
  let engine: Engine
  let normalizesSamples: Bool
  /// The front end if it is not trained.
  let frozenFrontEnd: FrontEnd?
  let relativeBias: RelativePositionBias?
  private let nodes: [String: Node]

  /// - Parameters:
  ///   - preprocessor: says whether samples are normalized, for models that
  ///     leave it open; nil if there is none.
  ///   - tensors: read once, and not kept.
  ///   - engine: receives the parameters; it outlives the model.
  ///   - prefix: precedes a tensor's name in the parameter's.
  ///   - trainsFrontEnd: whether the convolutions over samples are trained,
  ///     too. s3prl leaves them as they are; then they are no parameters, and
  ///     run as fast as in extraction.
  /// - Throws: `UserError` that names a tensor which is missing or has
  ///   another shape; `OperatorError` if the engine has a parameter of that
  ///   name; whatever `tensors` throws.
  package init(
    configuration: ModelConfiguration, preprocessor: AudioPreprocessor? = nil,
    tensors: any NamedTensors, engine: Engine, prefix: String = "upstream.",
    trainsFrontEnd: Bool = false
  ) throws {
    let frontEnd = ModelConfiguration.Names.frontEnd
    let all = configuration.parameters
    let reader = try ParameterReader(all, in: tensors)
    var parameters: [Parameter] = []
    var nodes: [String: Node] = [:]
    for one in all where trainsFrontEnd || !one.name.hasPrefix(frontEnd) {
      let parameter = try engine.parameter(
        name: prefix + one.name, shape: one.shape)
      try parameter.assign(reader.floats(one.name))
      parameters.append(parameter)
      nodes[one.name] = parameter.node
    }
    self.configuration = configuration
    self.engine = engine
    self.parameters = parameters
    self.nodes = nodes
    normalizesSamples = configuration.normalizesSamples(preprocessor)
    frozenFrontEnd =
      trainsFrontEnd ? nil : try FrontEnd(configuration, in: reader)
    relativeBias = try RelativePositionBias(configuration, in: reader)
    shape = ModelShape(configuration)
  }

  /// The hidden states of utterances, each alone, packed behind one another;
  /// recorded if the engine records.
  ///
  /// - Parameter utterances: samples as ``SpeechModel`` takes them.
  /// - Throws: `UserError` if one is too short to give a frame.
  package func hiddenStates(
    of utterances: [[Float]]
  ) throws -> TrainableStates {
    for (index, samples) in utterances.enumerated()
    where samples.count < configuration.receptiveField {
      throw UserError(
        "\(samples.count) samples are too few: a frame needs "
          + "\(configuration.receptiveField)", at: "utterance \(index)")
    }
    let (features, offsets) = try features(of: utterances)
    var x = try project(features)
    var states: [Node] = []
    if configuration.predictionHeads != nil { states.append(x) }
    x = try addPosition(to: x, offsets: offsets)
    if !configuration.normalizesFirst {
      x = try layerNorm(x, ModelConfiguration.Names.encoderNorm)
    }
    if states.isEmpty { states.append(x) }
    let distances = relativeBias.map { Distances($0, offsets: offsets) }
    for index in 0..<configuration.layers {
      x = try layer(index, x, offsets: offsets, distances: distances)
      states.append(x)
    }
    if configuration.normalizesFirst {
      x = try layerNorm(x, ModelConfiguration.Names.encoderNorm)
    }
    if configuration.predictionHeads != nil {
      states += try predictions(from: x)
    } else {
      states[states.count - 1] = x
    }
    return TrainableStates(layers: states, offsets: offsets)
  }

  /// Adds to the parameters' gradients those of Σ ⟨state, gradient⟩ over all
  /// states. Uses up the engine's tape, as `engine.backward` does.
  ///
  /// - Parameter gradients: one for each of the states' layers, `[Σ frames,
  ///   dimension]`.
  package func backward(
    _ states: TrainableStates, gradients: [[Float]]
  ) throws {
    try engine.backward(from: states.layers, gradients: gradients)
  }

  // MARK: Weights by name

  /// The tensor of that name, as the engine has it.
  func node(_ name: String) throws -> Node {
    guard let node = nodes[name] else {
      throw InternalError("\(name) is not among the model's parameters")
    }
    return node
  }

  func linear(_ x: Node, _ name: String) throws -> Node {
    try engine.linear(
      x, weight: node(name + ".weight"), bias: node(name + ".bias"))
  }

  func layerNorm(_ x: Node, _ name: String) throws -> Node {
    try engine.layerNorm(
      x, gamma: node(name + ".weight"), beta: node(name + ".bias"),
      epsilon: configuration.layerNormEpsilon)
  }
}

/// The hidden states of a batch, as nodes of one step.
package struct TrainableStates {
  /// The shallowest first, each `[Σ frames, dimension]`.
  package let layers: [Node]
  /// Where each utterance's frames begin, and Σ frames.
  package let offsets: [Int]

  /// One utterance's, as ``SpeechModel`` gives them; a copy.
  package func utterance(_ index: Int) -> ModelStates {
    let rows = offsets[index]..<offsets[index + 1]
    var values: [Float] = []
    for layer in layers {
      let dim = layer.shape.last
      values += layer.values[rows.lowerBound * dim..<rows.upperBound * dim]
    }
    return ModelStates(frames: rows.count, values: values)
  }
}
