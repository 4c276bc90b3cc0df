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

  private let network: any Network
  private let engine: Engine
  private let nodes: [String: Node]
  private let frozenFrontEnd: FrontEnd?
  private let prepare: ([Float]) throws -> [Float]

  /// A model that reads samples.
  ///
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
  package convenience init(
    configuration: ModelConfiguration, preprocessor: AudioPreprocessor? = nil,
    tensors: any NamedTensors, engine: Engine, prefix: String = "upstream.",
    trainsFrontEnd: Bool = false
  ) throws {
    try self.init(
      configuration, shape: configuration.shape,
      tensors: tensors, engine: engine, prefix: prefix,
      trainsFrontEnd: trainsFrontEnd,
      prepare: configuration.preparation(preprocessor))
  }

  /// Any network.
  ///
  /// - Parameter prepare: the network's input, `[rows, inputs]`, of an
  ///   utterance's samples.
  package init(
    _ network: any Network, shape: ModelShape, tensors: any NamedTensors,
    engine: Engine, prefix: String = "upstream.", trainsFrontEnd: Bool = true,
    prepare: @escaping ([Float]) throws -> [Float] = { $0 }
  ) throws {
    let outline = Outline(of: network)
    let all = outline.parameters
    let reader = try ParameterReader(all, in: tensors)
    var parameters: [Parameter] = []
    var nodes: [String: Node] = [:]
    for one in all
    where trainsFrontEnd || !one.name.hasPrefix(FrontEndShape.name) {
      let parameter = try engine.parameter(
        name: prefix + one.name, shape: one.shape, isBuffer: !one.isTrained)
      try parameter.assign(reader.floats(one.name))
      if one.isTrained { parameters.append(parameter) }
      nodes[one.name] = parameter.node
    }
    self.network = network
    self.shape = shape
    self.parameters = parameters
    self.prepare = prepare
    self.engine = engine
    self.nodes = nodes
    frozenFrontEnd =
      trainsFrontEnd
      ? nil : try outline.packings[FrontEndShape.name]?(reader) as? FrontEnd
  }

  /// The hidden states of utterances, each alone, packed behind one another;
  /// recorded if the engine records.
  ///
  /// - Parameter utterances: samples as ``SpeechModel`` takes them.
  /// - Throws: `UserError` if one is too short to give a frame.
  package func hiddenStates(
    of utterances: [[Float]]
  ) throws -> TrainableStates {
    let inputs = try utterances.enumerated().map {
      try network.input(of: $1, shape, at: "utterance \($0)", prepare)
    }
    let spans = [Range<Int>].spans(ofLengths: inputs.map(\.rows))
    let heard = inputs.heard
    let areAll = zip(inputs, heard).allSatisfy { $0.made == $1.count }
    let tape = Tape(
      engine, nodes: nodes, frozenFrontEnd: frozenFrontEnd,
      heard: areAll ? nil : heard.flatMap { Array($0) })
    let x = TapedFrames(
      try engine.constant(
        Array(inputs.map(\.values).joined()),
        shape: [spans.last?.upperBound ?? 0, network.inputs]),
      spans: spans, on: tape)
    try network.run(x)
    let frames = [Range<Int>].spans(ofLengths: inputs.map(\.frames))
    return TrainableStates(
      layers: tape.states, offsets: [0] + frames.map(\.upperBound))
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
}

/// The hidden states of a batch, as nodes of one step.
package struct TrainableStates {
  /// The shallowest first, each `[Σ frames, dimension]`.
  package let layers: [Node]
  /// Where each utterance's frames begin, and Σ frames.
  package let offsets: [Int]
}
