import TaskABI

/// One utterance.
public struct Item: Sendable, Equatable {
  /// Names the utterance in every output. Unique within its split.
  public var id: String
  /// The task's own, returned untouched: usually a class or an index.
  public var tag: Int
  public var audio: AudioSource

  public init(id: String, tag: Int, audio: AudioSource) {
    self.id = id
    self.tag = tag
    self.audio = audio
  }
}

/// One stretch of one audio file, which the host mixes to one channel,
/// resamples to 16 kHz and then treats as said here, in this order. Positions
/// count 16 kHz samples.
public struct AudioSource: Sendable, Equatable {
  public var path: String
  /// Amplitude change in decibels; 0 leaves the samples as they are.
  public var gain: Double
  /// Remove silence everywhere, as SoX's
  /// `silence 1 0.1 0.1% -1 0.1 0.1%`.
  public var trimsSilence: Bool
  /// The samples wanted; all of them if nil.
  public var span: Range<Int>?
  public var crop: Crop?

  public init(
    path: String, gain: Double = 0, trimsSilence: Bool = false,
    span: Range<Int>? = nil, crop: Crop? = nil
  ) {
    self.path = path
    self.gain = gain
    self.trimsSilence = trimsSilence
    self.span = span
    self.crop = crop
  }

  func contract(path: UnsafePointer<CChar>?) -> superb_audio {
    var audio = superb_audio()
    audio.struct_size = sizeField(of: superb_audio.self)
    audio.effects = trimsSilence ? SUPERB_AUDIO_TRIM_SILENCE_FLAG : 0
    audio.path = path
    audio.gain_db = gain
    if let span {
      audio.start = Int64(span.lowerBound)
      audio.length = Int64(span.count)
    }
    if let crop {
      audio.crop_length = Int64(crop.length)
      audio.crop = UInt32(clamping: crop.number)
    }
    return audio
  }
}

/// A random crop: audio longer than `length` is cut to it, at an offset that
/// the host draws from the experiment's seed, the item's id and `number`,
/// uniformly over [0, audio - length].
public struct Crop: Sendable, Equatable, Hashable {
  public var length: Int
  /// Which of the utterance's crops; each is extracted once.
  public var number: Int

  public init(length: Int, number: Int = 0) {
    self.length = length
    self.number = number
  }
}

/// SUPERB_AUDIO_TRIM_SILENCE, whose cast the importer does not follow.
private let SUPERB_AUDIO_TRIM_SILENCE_FLAG: UInt32 = 1
