/// A demo corpus that is complete.
public struct DemoSummary: Sendable, Equatable {
  /// The corpus and its folder.
  public var name: String
  /// Files in it, audio and text, without the marker.
  public var files: Int
  /// Seconds of audio.
  public var seconds: Double
  public var bytes: Int
  /// Whether it was made now; false if it was there already.
  public var isNew: Bool
}

/// How far the making of one corpus is.
public struct DemoProgress: Sendable, Equatable {
  public var corpus: String
  /// Audio files made so far.
  public var done: Int
  /// Audio files in all.
  public var total: Int
}
