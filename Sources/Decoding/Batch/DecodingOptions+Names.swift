extension DecodingOptions {
  /// The settings that a sweep may change.
  package static let sweepNames = [
    "lm_weight", "word_score", "unk_score", "sil_score", "beam_threshold",
    "beam_size", "beam_size_token",
  ]

  /// Changes a setting by its name.
  package mutating func set(_ name: String, _ value: Double) {
    switch name {
    case "lm_weight": lmWeight = value
    case "word_score": wordScore = value
    case "unk_score": unkScore = value
    case "sil_score": silScore = value
    case "beam_threshold": beamThreshold = value
    case "beam_size": beamSize = max(1, Int(value))
    case "beam_size_token": beamSizeToken = max(1, Int(value))
    default: break
    }
  }
}
