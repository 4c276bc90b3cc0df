extension IEMOCAPDemo {
  /// A category of the corpus, by its three letters.
  enum Emotion: String, Sendable, CaseIterable {
    case neu, hap, exc, ang, sad
    /// Frustrated, surprised, and no agreement among the annotators: the
    /// emotions that recognition leaves out.
    case fru, sur, xxx

    /// The emotions of one dialog.
    static let deck: [Emotion] =
      [.fru, .xxx] + [.neu, .ang, .sad, .hap].flatMap { [$0, $0, $0] }
      + [.exc, .exc, .neu]

    /// The class that recognition learns it as; nil if it is left out.
    var label: String? {
      switch self {
      case .neu, .hap, .ang, .sad: rawValue
      case .exc: Emotion.hap.rawValue
      case .fru, .sur, .xxx: nil
      }
    }

    /// How it sounds: pitch in espeak-ng's points, factors on pitch range and
    /// speed, level and tilt in dB. The directions are those that K. R.
    /// Scherer, "Vocal communication of emotion" (Speech Communication 40,
    /// 2003), reviews.
    typealias Manner = (
      pitch: Int, range: Double, rate: Double, level: Double, tilt: Double
    )

    /// The word that annotators use; valence, activation and dominance, from
    /// 1 to 5; and how it sounds.
    var traits:
      (
        word: String, dimensions: (Double, Double, Double), manner: Manner
      )
    {
      switch self {
      case .neu: ("Neutral", (3, 2.5, 2.5), (0, 1, 1, 0, 0))
      case .hap: ("Happiness", (4, 3, 3), (18, 1.5, 1.1, 3, 1.5))
      case .exc: ("Excited", (4.5, 4, 3.5), (24, 1.7, 1.18, 4, 2))
      case .ang: ("Anger", (1.5, 4, 4), (8, 1.3, 1.15, 7, 4))
      case .sad: ("Sadness", (2, 1.5, 2), (-12, 0.5, 0.82, -5, -4))
      case .fru: ("Frustration", (2, 3, 3), (4, 1.1, 1.05, 3, 2))
      case .sur: ("Surprise", (3, 3.5, 2.5), (22, 1.8, 1, 2, 1))
      case .xxx: ("Other", (2.5, 3, 3), (2, 1, 1, 0, 0))
      }
    }
  }
}
