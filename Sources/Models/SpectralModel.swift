/// A pretrained model that reads the frames of a spectral front end, and not
/// samples.
///
/// As pure a function as a ``SpeechModel``.
package protocol SpectralModel: Sendable {
  /// The hidden states of one utterance, alone and at its own length.
  ///
  /// - Parameters:
  ///   - features: `[frames, inputs]`, row-major.
  ///   - frames: at least one.
  func hiddenStates(of features: [Float], frames: Int) throws -> ModelStates
}

/// The architecture of a ``SpectralModel``.
package protocol SpectralArchitecture: ModelArchitecture {
  /// Features of a frame that the model reads.
  var inputs: Int { get }
  /// Hidden states, from the shallowest to the deepest.
  var states: Int { get }
  /// Values of a frame in each of them.
  var hiddenSize: Int { get }

  /// Makes the model.
  ///
  /// - Parameter tensors: read once, tensor by tensor, and not kept.
  /// - Throws: as ``ModelArchitecture/check(_:)``, and whatever `tensors`
  ///   throws.
  func load(_ tensors: any NamedTensors) throws -> any SpectralModel
}
