/// How a spectrogram of so many frames and bins is cut into patches.
package struct PatchShape: Sendable, Equatable {
  package var frames, bins: Int
  /// Frames and bins of a patch.
  package var size: Int
  package var timeStride, binStride: Int

  /// Tokens that stand before the patches.
  static let tokens = ["cls_token", "distillation_token"]

  /// Patches side by side in time, and one above the other.
  package var times: Int { (frames - size) / timeStride + 1 }
  package var bands: Int { (bins - size) / binStride + 1 }
  /// Of an utterance, tokens and patches.
  var rows: Int { Self.tokens.count + bands * times }

  /// The row of a patch.
  func row(_ band: Int, _ time: Int) -> Int {
    Self.tokens.count + band * times + time
  }
}
