/// The head that utterance classifiers share: an affine projector, the mean
/// over each utterance's projected frames, and a FrameLevel.
///
/// Everything before the mean is affine, so an expert with this head may
/// declare `pooling = .mean`.
///
/// It reads "modelrc": `projector_dim`, `select` and `UtteranceLevel`, the
/// last with `pooling`, `post_net.hiddens` and `post_net.activation`.
/// Parameters: "projector.weight", "model.post_net.linear.weight", ….
public struct UtteranceLevel {
  private let projector: Linear
  private let pooling = MeanPooling()
  private let postNet: FrameLevel

  /// `parameters` is where the names begin, by default the root.
  public init(
    classes: Int, in parameters: Parameters? = nil, _ context: TaskContext
  ) throws {
    let config = context.config
    let parameters = parameters ?? context.parameters
    _ = try config.choice(
      "modelrc.select", of: ["UtteranceLevel"], default: "UtteranceLevel")
    let section = "modelrc.UtteranceLevel"
    _ = try config.choice(
      section + ".pooling", of: ["MeanPooling"], default: "MeanPooling")
    _ = try config.choice(
      section + ".post_net.select", of: ["FrameLevel"], default: "FrameLevel")
    let activation = try config.choice(
      section + ".post_net.activation",
      of: Activation.allCases.map(\.rawValue), default: "ReLU")
    let hiddens = try config.integers(
      section + ".post_net.hiddens", default: [])
    guard hiddens.allSatisfy({ $0 > 0 }) else {
      throw config.invalid(
        section + ".post_net.hiddens", "must list positive widths")
    }
    let width = try config.integer(
      "modelrc.projector_dim", default: 256, atLeast: 1)
    projector = try Linear(
      from: context.upstreamDim, to: width, in: parameters["projector"])
    postNet = try FrameLevel(
      from: width, to: classes, hiddens: hiddens,
      activation: Activation(rawValue: activation) ?? .relu,
      in: parameters["model"]["post_net"])
  }

  /// Logits [utterances, classes].
  public func callAsFunction(_ batch: Batch) -> Tensor {
    postNet(pooling(projector(batch.frames), batch.offsets))
  }
}
