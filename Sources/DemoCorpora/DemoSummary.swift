/// A demo corpus that is complete.
package struct DemoSummary: Sendable, Equatable {
  /// The corpus and its folder.
  package var name: String
  /// Files in it, audio and text, without the marker.
  package var files: Int
  /// Seconds of audio.
  package var seconds: Double
  package var bytes: Int
  /// Whether it was made now; false if it was there already.
  package var isNew: Bool
}

/// How far the making of one corpus is.
package struct DemoProgress: Sendable, Equatable {
  package var corpus: String
  /// Audio files made so far.
  package var done: Int
  /// Audio files in all.
  package var total: Int
}
