import TaskABI

/// One utterance.
public struct Item: Sendable, Equatable {
  /// Names the utterance in every output. Unique within its split.
  public var id: String
  /// The task's own, returned untouched: usually a class or an index.
  public var tag: Int
  /// Where its audio lies.
  public var audio: AudioSource
  /// What is known of it by name: "speaker", "group", "text", "truth" for what
  /// the task's answer should be, or names of the task's own. `Batch` gives
  /// them back.
  public var attributes: [String: String]

  /// `id` is unique within its split; `tag` and `attributes` come back in
  /// `Batch`.
  public init(
    id: String, tag: Int, audio: AudioSource,
    attributes: [String: String] = [:]
  ) {
    self.id = id
    self.tag = tag
    self.audio = audio
    self.attributes = attributes
  }
}

/// One stretch of one audio file, which the host mixes to one channel,
/// resamples to the rate that the upstream hears and then treats as said here,
/// in this order.
public struct AudioSource: Sendable, Equatable {
  /// Of the file.
  public var path: String
  /// Amplitude change in decibels; 0 leaves the samples as they are.
  public var gain: Double
  /// Remove silence everywhere, as SoX's
  /// `silence 1 0.1 0.1% -1 0.1 0.1%`.
  public var trimsSilence: Bool
  /// The stretch wanted, in 1/rate seconds; all of it if nil.
  public var span: Range<Int>?
  /// A random piece of the span; nil for all of it.
  public var crop: Crop?
  /// What `span` and `crop` count, a second: 16000 samples unless said, 1000
  /// for milliseconds, 0 for samples at the upstream's own rate, which it must
  /// divide.
  public var rate: Int

  /// All of a file as it is, unless said otherwise.
  public init(
    path: String, gain: Double = 0, trimsSilence: Bool = false,
    span: Range<Int>? = nil, crop: Crop? = nil, rate: Int = 16_000
  ) {
    self.path = path
    self.gain = gain
    self.trimsSilence = trimsSilence
    self.span = span
    self.crop = crop
    self.rate = rate
  }

  func contract(path: UnsafePointer<CChar>?) -> superb_audio {
    var audio = superb_audio()
    audio.struct_size = sizeField(of: superb_audio.self)
    audio.effects = trimsSilence ? SUPERB_AUDIO_TRIM_SILENCE_FLAG : 0
    audio.path = path
    audio.gain_db = gain
    audio.rate = UInt32(clamping: rate)
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
  /// In 1/rate seconds of the audio's `rate`.
  public var length: Int
  /// Which of the utterance's crops; each is extracted once.
  public var number: Int

  /// `length` counts in the audio's own unit.
  public init(length: Int, number: Int = 0) {
    self.length = length
    self.number = number
  }
}

/// SUPERB_AUDIO_TRIM_SILENCE, whose cast the importer does not follow.
private let SUPERB_AUDIO_TRIM_SILENCE_FLAG: UInt32 = 1
