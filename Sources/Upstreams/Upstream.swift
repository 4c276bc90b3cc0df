/// A speech representation under test: audio in, hidden states out, nothing
/// learnt on the way.
///
/// An upstream is a pure function of the samples: the same samples give the
/// same bits whichever thread asks, in whatever order, and whoever else is
/// being served. The feature store relies on it.
package protocol Upstream: Sendable {
  /// Who it is; the same for as long as the value lives.
  var description: UpstreamDescription { get }

  /// The hidden states of one utterance, alone and at its own length.
  ///
  /// - Parameter samples: mono, at the description's ``UpstreamDescription/rate``,
  ///   in -1 … 1.
  /// - Returns: `description.layers` × frames × `description.dimension`.
  /// - Throws: `UserError` if the audio is too short to give a frame.
  func hiddenStates(of samples: [Float]) throws -> HiddenStates
}

/// What is known of an upstream without running it.
package struct UpstreamDescription: Sendable, Codable, Equatable {
  /// As the user types it: `fbank`.
  package var name: String
  /// One line for listings.
  package var title: String
  /// SHA-256, hexadecimal, of everything that decides the upstream's
  /// numbers: code revision, configuration, weights. Never of its name.
  package var digest: String
  /// Hidden states an utterance has, from the shallowest to the deepest.
  package var layers: Int
  /// Values a frame has in each of them.
  package var dimension: Int
  /// 16 kHz samples from one frame to the next.
  package var samplesPerFrame: Double
  /// Learnt parameters; 0 for a plain front end.
  package var parameters: Int
  /// 16 kHz samples that one frame of the front end looks at.
  package var receptiveField: Int?
  /// Hz of the audio that it hears; nil for 16 kHz.
  package var samplingRate: Int?
  /// What each hidden state is, in their order; nil if that is not known.
  package var stateTitles: [String]?
  /// The licence of the weights, as an SPDX identifier where there is one.
  package var licence: String?
  /// Where the weights are: a file, a folder, or an address.
  package var weights: String?
}
