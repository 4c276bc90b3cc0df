import Diagnostics

/// A network with its weights packed for the processor.
package struct PackedModel: SpeechModel {
  package let shape: ModelShape
  private let network: any Network
  private let prepare: @Sendable ([Float]) throws -> [Float]
  private let parts: [String: any Sendable]
  private let stateNumbers: Int
  private let workspaces = WorkspacePool()

  /// - Parameters:
  ///   - tensors: read once, tensor by tensor, and not kept.
  ///   - prepare: the network's input, `[rows, inputs]`, of an utterance's
  ///     samples.
  /// - Throws: `UserError` that names a tensor which is missing or has
  ///   another shape, and whatever `tensors` throws.
  package init(
    _ network: any Network, shape: ModelShape, in tensors: any NamedTensors,
    prepare: @escaping @Sendable ([Float]) throws -> [Float] = { $0 }
  ) throws {
    let outline = Outline(of: network)
    let reader = try ParameterReader(outline.parameters, in: tensors)
    self.network = network
    self.shape = shape
    self.prepare = prepare
    stateNumbers = outline.stateNumbers
    parts = try outline.packings.mapValues { try $0(reader) }
  }

  package func hiddenStates(of samples: [Float]) throws -> ModelStates {
    try hiddenStates(ofEach: [samples])[0]
  }

  package func hiddenStates(
    ofEach utterances: [[Float]]
  ) throws -> [ModelStates] {
    let inputs = try utterances.map {
      try network.input(of: $0, shape, prepare)
    }
    // Where short audio has much added to it, passes would grow without end.
    return inputs.contains { $0.made > $0.frames + 1 }
      ? try inputs.flatMap { try run([$0]) } : try run(inputs)
  }

  private func run(_ inputs: [NetworkInput]) throws -> [ModelStates] {
    try workspaces.with { workspace in
      let pass = PackedPass(
        parts, utterances: inputs.heard, count: stateNumbers, in: workspace)
      let x = PackedFrames(
        spans: .spans(ofLengths: inputs.map(\.rows)), width: network.inputs,
        in: pass)
      for (input, span) in zip(inputs, x.spans) {
        (x.pointer + span.lowerBound * x.width).update(
          from: input.values, count: input.values.count)
      }
      try network.run(x)
      return zip(inputs, pass.values).map {
        ModelStates(frames: $0.frames, values: $1)
      }
    }
  }
}

extension Network {
  /// What the network reads of an utterance.
  ///
  /// - Throws: `UserError` if that is too short to give a frame.
  func input(
    of samples: [Float], _ shape: ModelShape, at location: String? = nil,
    _ prepare: ([Float]) throws -> [Float]
  ) throws -> NetworkInput {
    let values = try prepare(samples)
    let rows = values.count / inputs
    let made = self.frames(ofRows: rows)
    let frames = min(made, heardFrames(ofSamples: samples.count) ?? made)
    guard frames > 0 else {
      throw UserError(
        "\(samples.count) samples are too few: a frame needs "
          + "\(shape.receptiveField)", at: location)
    }
    return NetworkInput(values: values, rows: rows, made: made, frames: frames)
  }
}

/// What a network reads of an utterance: `[rows, inputs]`.
struct NetworkInput {
  var values: [Float]
  var rows: Int
  /// Frames that each state will have, and as many of them, the first ones,
  /// as stand for audio.
  var made, frames: Int
}

extension [NetworkInput] {
  /// Each utterance's frames that stand for audio, among all that are made.
  var heard: [Range<Int>] {
    zip([Range<Int>].spans(ofLengths: map(\.made)), self).map {
      $0.lowerBound..<$0.lowerBound + $1.frames
    }
  }
}
