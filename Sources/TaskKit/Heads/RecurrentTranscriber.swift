/// The head that speech recognition and slot filling share: an affine
/// projector, recurrent layers, an affine map to the symbols, and the log of
/// their softmax.
///
/// It reads a section of the configuration: `project_dim`, `select` and
/// `RNNs`, the last with `module`, `bidirection`, `dim`, `dropout`,
/// `layer_norm`, `proj`, `sample_rate`, `sample_style` and `total_rate`, the
/// lists with an entry for each layer. Parameters are named as in s3prl:
/// "projector.weight", "model.rnns.0.layer.weight_ih_l0", …,
/// "model.linear.weight".
public struct RecurrentTranscriber {
  private let projector: Linear
  private let layers: [Layer]
  private let linear: Linear

  /// `section` is where the configuration lies, such as "modelrc".
  public init(
    symbols: Int, section: String, _ context: TaskContext
  ) throws {
    let config = context.config
    _ = try config.choice("\(section).select", of: ["RNNs"], default: "RNNs")
    let inputs = try config.integer(
      "\(section).project_dim", default: 1024, atLeast: 1)
    let settings = try Settings("\(section).RNNs", context)
    let parameters = context.parameters
    projector = try Linear(
      from: context.upstreamDim, to: inputs, in: parameters["projector"])
    let model = parameters["model"]
    var width = inputs
    layers = try settings.widths.indices.map { index in
      let made = try Layer(
        index, settings, from: width, in: model["rnns"]["\(index)"])
      width = made.width
      return made
    }
    linear = try Linear(from: width, to: symbols, in: model["linear"])
  }

  /// [offsets.last, D] -> log probabilities [offsets.last, symbols].
  public func callAsFunction(_ x: Tensor, _ offsets: [Int64]) -> Tensor {
    linear(layers.reduce(projector(x)) { $1($0, offsets) }).logSoftmax()
  }

  /// A recurrent layer, then, each if so configured, a layer norm, dropout,
  /// and the hyperbolic tangent of an affine map of the same width.
  private struct Layer {
    let width: Int
    private let recurrent: (Tensor, [Int64]) -> Tensor
    private let norm: LayerNorm?
    private let dropout: Dropout
    private let projection: Linear?

    init(
      _ index: Int, _ settings: Settings, from inputs: Int,
      in parameters: Parameters
    ) throws {
      let hidden = settings.widths[index]
      width = hidden * (settings.isBidirectional ? 2 : 1)
      if settings.isGated {
        let layer = try GRU(
          from: inputs, hidden: hidden,
          bidirectional: settings.isBidirectional, in: parameters["layer"])
        recurrent = { layer($0, offsets: $1) }
      } else {
        let layer = try LSTM(
          from: inputs, hidden: hidden,
          bidirectional: settings.isBidirectional, in: parameters["layer"])
        recurrent = { layer($0, offsets: $1) }
      }
      norm =
        settings.norms[index]
        ? try LayerNorm(width, in: parameters["ln"]) : nil
      dropout = Dropout(settings.dropouts[index])
      projection =
        settings.projections[index]
        ? try Linear(from: width, to: width, in: parameters["pj"]) : nil
    }

    func callAsFunction(_ x: Tensor, _ offsets: [Int64]) -> Tensor {
      var x = recurrent(x, offsets)
      if let norm { x = norm(x) }
      x = dropout(x)
      if let projection { x = projection(x).tanh() }
      return x
    }
  }
}

extension RecurrentTranscriber {
  /// What the configuration says of the recurrent layers.
  private struct Settings {
    /// Gated recurrent units, else long short-term memory.
    let isGated: Bool
    let isBidirectional: Bool
    /// Of each layer, one direction; the lists below have as many entries.
    let widths: [Int]
    let dropouts: [Double]
    let norms: [Bool]
    let projections: [Bool]

    init(_ rnns: String, _ context: TaskContext) throws {
      let config = context.config
      isGated =
        try config.choice(
          "\(rnns).module", of: ["LSTM", "GRU"], default: "LSTM") == "GRU"
      isBidirectional = try config.bool("\(rnns).bidirection", default: true)
      let widths = try config.integers("\(rnns).dim", default: [1024, 1024])
      self.widths = widths
      guard !widths.isEmpty, widths.allSatisfy({ $0 > 0 }) else {
        throw config.invalid("\(rnns).dim", "must list a width a layer")
      }
      // Lists shorter than `dim` would leave layers without a setting.
      func each<Value>(
        _ key: String, _ fallback: Value,
        _ read: (String, Value) throws -> Value
      ) throws -> [Value] {
        let path = "\(rnns).\(key)"
        guard config.has(path) else {
          return Array(repeating: fallback, count: widths.count)
        }
        guard try config.count(path) == widths.count else {
          throw config.invalid(
            path, "must have an entry for each of the \(widths.count) layers")
        }
        return try widths.indices.map { try read("\(path).\($0)", fallback) }
      }
      dropouts = try each("dropout", 0.2) {
        try config.number($0, default: $1)
      }
      guard dropouts.allSatisfy({ $0 >= 0 && $0 < 1 }) else {
        throw config.invalid("\(rnns).dropout", "must be at least 0, below 1")
      }
      norms = try each("layer_norm", false) {
        try config.bool($0, default: $1)
      }
      projections = try each("proj", false) {
        try config.bool($0, default: $1)
      }
      let steps = try each("sample_rate", 1) {
        try config.integer($0, default: $1)
      }
      guard steps.allSatisfy({ $0 == 1 }) else {
        throw config.invalid(
          "\(rnns).sample_rate", "must be 1: time is not downsampled here")
      }
      let total = try config.number("\(rnns).total_rate", default: -1)
      guard
        total == -1
          || (total / context.upstreamRate).rounded(.toNearestOrEven) == 1
      else {
        throw config.invalid(
          "\(rnns).total_rate",
          "must be -1 or the upstream's own rate: time is not downsampled "
            + "here")
      }
    }
  }
}
