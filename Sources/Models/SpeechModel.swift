/// A pretrained model that turns samples into hidden states.
///
/// A pure function of the samples: the same samples give the same bits on
/// whichever thread, in whatever order, and whoever else is served.
package protocol SpeechModel: Sendable {
  var shape: ModelShape { get }

  /// The hidden states of one utterance, alone and at its own length.
  ///
  /// - Parameter samples: mono, at the shape's rate, in -1 … 1, as read from the file:
  ///   what the model wants done to them (mean and variance, say) it does.
  /// - Throws: `UserError` if the audio is too short to give a frame.
  func hiddenStates(of samples: [Float]) throws -> ModelStates

  /// The hidden states of several utterances in one pass, the same bits as
  /// alone: faster where they are short. Room grows with all their frames.
  ///
  /// - Throws: as for one, if there is one that is too short.
  func hiddenStates(ofEach utterances: [[Float]]) throws -> [ModelStates]
}

/// What is known of a model without running it.
package struct ModelShape: Sendable, Equatable {
  /// Hidden states, from the shallowest to the deepest.
  package var layers: Int
  /// Values of a frame in each of them.
  package var dimension: Int
  /// Samples from one frame to the next.
  package var samplesPerFrame: Int
  /// Samples that one frame of the front end looks at.
  package var receptiveField: Int
  /// Learnt parameters.
  package var parameters: Int
  /// Hz of the audio that it hears.
  package var samplingRate: Int

  package init(
    layers: Int, dimension: Int, samplesPerFrame: Int, receptiveField: Int,
    parameters: Int, samplingRate: Int = 16_000
  ) {
    self.layers = layers
    self.dimension = dimension
    self.samplesPerFrame = samplesPerFrame
    self.receptiveField = receptiveField
    self.parameters = parameters
    self.samplingRate = samplingRate
  }
}

/// All hidden states of one utterance: `[layers, frames, dimension]`,
/// row-major, the shallowest first.
package struct ModelStates: Sendable {
  package var frames: Int
  package var values: [Float]
}
