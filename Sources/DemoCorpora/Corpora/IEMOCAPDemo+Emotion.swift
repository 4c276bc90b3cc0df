extension IEMOCAPDemo {
  /// A category of the corpus, by its three letters.
  enum Emotion: String, Sendable {
    case neu, hap, exc, ang, sad
    /// Frustrated, surprised, and no agreement among the annotators: the
    /// emotions that recognition leaves out.
    case fru, sur, xxx

    /// One of each.
    static let all: [Emotion] = [
      .neu, .hap, .exc, .ang, .sad, .fru, .sur, .xxx,
    ]

    /// The emotions of one dialog.
    static let deck: [Emotion] =
      [.fru, .xxx] + [.neu, .ang, .sad, .hap].flatMap { [$0, $0, $0] }
      + [.exc, .exc, .neu]

    /// The word that annotators use.
    var word: String {
      switch self {
      case .neu: "Neutral"
      case .hap: "Happiness"
      case .exc: "Excited"
      case .ang: "Anger"
      case .sad: "Sadness"
      case .fru: "Frustration"
      case .sur: "Surprise"
      case .xxx: "Other"
      }
    }

    /// The class that recognition learns it as; nil if it is left out.
    var label: String? {
      switch self {
      case .neu, .hap, .ang, .sad: rawValue
      case .exc: Emotion.hap.rawValue
      case .fru, .sur, .xxx: nil
      }
    }

    /// Valence, activation and dominance, from 1 to 5.
    var dimensions: (Double, Double, Double) {
      switch self {
      case .neu: (3, 2.5, 2.5)
      case .hap: (4, 3, 3)
      case .exc: (4.5, 4, 3.5)
      case .ang: (1.5, 4, 4)
      case .sad: (2, 1.5, 2)
      case .fru: (2, 3, 3)
      case .sur: (3, 3.5, 2.5)
      case .xxx: (2.5, 3, 3)
      }
    }

    /// How it sounds: pitch in espeak-ng's points, factors on pitch range and
    /// speed, level and tilt in dB. The directions are those that K. R.
    /// Scherer, "Vocal communication of emotion" (Speech Communication 40,
    /// 2003), reviews.
    var manner:
      (pitch: Int, range: Double, rate: Double, level: Double, tilt: Double)
    {
      switch self {
      case .neu: (0, 1, 1, 0, 0)
      case .hap: (18, 1.5, 1.1, 3, 1.5)
      case .exc: (24, 1.7, 1.18, 4, 2)
      case .ang: (8, 1.3, 1.15, 7, 4)
      case .sad: (-12, 0.5, 0.82, -5, -4)
      case .fru: (4, 1.1, 1.05, 3, 2)
      case .sur: (22, 1.8, 1, 2, 1)
      case .xxx: (2, 1, 1, 0, 0)
      }
    }
  }
}
