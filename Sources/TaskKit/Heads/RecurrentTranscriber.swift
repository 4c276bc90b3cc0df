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
    let settings = try Settings(section, context)
    let parameters = context.parameters
    projector = try Linear(
      from: context.upstreamDim, to: settings.projection,
      in: parameters["projector"])
    let model = parameters["model"]
    var width = settings.projection
    layers = try settings.layers.enumerated().map { index, layer in
      let made = try Layer(layer, from: width, in: model["rnns"]["\(index)"])
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
      _ settings: Settings.Layer, from inputs: Int, in parameters: Parameters
    ) throws {
      width = settings.hidden * (settings.isBidirectional ? 2 : 1)
      switch settings.module {
      case .lstm:
        let layer = try LSTM(
          from: inputs, hidden: settings.hidden,
          bidirectional: settings.isBidirectional, in: parameters["layer"])
        recurrent = { layer($0, offsets: $1) }
      case .gru:
        let layer = try GRU(
          from: inputs, hidden: settings.hidden,
          bidirectional: settings.isBidirectional, in: parameters["layer"])
        recurrent = { layer($0, offsets: $1) }
      }
      norm =
        settings.isNormalized
        ? try LayerNorm(width, in: parameters["ln"]) : nil
      dropout = Dropout(settings.dropout)
      projection =
        settings.isProjected
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
  /// What the configuration says of the model.
  private struct Settings {
    enum Module: String, CaseIterable {
      case lstm = "LSTM"
      case gru = "GRU"
    }

    struct Layer {
      var module: Module
      var hidden: Int
      var isBidirectional: Bool
      var dropout: Double
      var isNormalized: Bool
      var isProjected: Bool
    }

    let projection: Int
    let layers: [Layer]

    init(_ section: String, _ context: TaskContext) throws {
      let config = context.config
      _ = try config.choice(
        "\(section).select", of: ["RNNs"], default: "RNNs")
      projection = try config.integer(
        "\(section).project_dim", default: 1024, atLeast: 1)
      let rnns = "\(section).RNNs"
      let name = try config.choice(
        "\(rnns).module", of: Module.allCases.map(\.rawValue),
        default: "LSTM")
      let module = Module(rawValue: name) ?? .lstm
      let isBidirectional = try config.bool(
        "\(rnns).bidirection", default: true)
      let widths = try config.integers("\(rnns).dim", default: [1024, 1024])
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
      let dropouts = try each("dropout", 0.2) {
        try config.number($0, default: $1)
      }
      guard dropouts.allSatisfy({ $0 >= 0 && $0 < 1 }) else {
        throw config.invalid("\(rnns).dropout", "must be at least 0, below 1")
      }
      let norms = try each("layer_norm", false) {
        try config.bool($0, default: $1)
      }
      let projections = try each("proj", false) {
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
      layers = widths.indices.map {
        Layer(
          module: module, hidden: widths[$0], isBidirectional: isBidirectional,
          dropout: dropouts[$0], isNormalized: norms[$0],
          isProjected: projections[$0])
      }
    }
  }
}
