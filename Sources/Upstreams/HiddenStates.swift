/// All hidden states of one utterance: `[layers, frames, dimension]`,
/// row-major, the shallowest layer first.
public struct HiddenStates: Sendable, Equatable {
  public var layers: Int
  public var frames: Int
  public var dimension: Int
  /// `layers * frames * dimension` values.
  public var values: [Float]

  public init(layers: Int, frames: Int, dimension: Int, values: [Float]) {
    self.layers = layers
    self.frames = frames
    self.dimension = dimension
    self.values = values
  }
}
