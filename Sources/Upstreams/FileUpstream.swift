import Files

/// An upstream whose hidden states belong to audio files and not to samples:
/// features that somebody has computed beforehand.
///
/// A span of a file gets its frames cut out of the file's. An effect on the
/// audio, or audio that has no file, cannot be served.
package protocol FileUpstream: Upstream {
  /// What tells the states of this audio file from those of any other.
  ///
  /// - Throws: `UserError` if there are none.
  func identity(ofFile path: String) throws -> ContentDigest

  /// All hidden states of an audio file.
  ///
  /// - Throws: `UserError` if there are none, or if they cannot be read.
  func hiddenStates(ofFile path: String) throws -> HiddenStates
}
