/// All hidden states of one utterance: `[layers, frames, dimension]`,
/// row-major, the shallowest layer first.
package struct HiddenStates: Sendable, Equatable {
  package var layers: Int
  package var frames: Int
  package var dimension: Int
  /// `layers * frames * dimension` values.
  package var values: [Float]
}
