import CSndfile
import Diagnostics
import Files
import Foundation

extension AudioFile {
  /// What ``write(_:to:sampleRate:format:)`` can make.
  package enum Format: Hashable, Sendable {
    /// RIFF wav, 16-bit integers.
    case wav16
    /// FLAC, 16-bit integers.
    case flac16
    /// RIFF wav, 32-bit floats: keeps every sample as it is.
    case wavFloat

    fileprivate var code: CInt {
      let code =
        switch self {
        case .wav16: SF_FORMAT_WAV | SF_FORMAT_PCM_16
        case .flac16: SF_FORMAT_FLAC | SF_FORMAT_PCM_16
        case .wavFloat: SF_FORMAT_WAV | SF_FORMAT_FLOAT
        }
      return CInt(code)
    }
  }

  /// Writes mono samples in [-1, 1]; 16-bit formats round to the nearest and
  /// clip, so that what they hold reads back as it is. The file appears
  /// whole or not at all: it is written beside `path` and renamed.
  package static func write(
    _ samples: [Float], to path: String,
    sampleRate: Int = speechSampleRate, format: Format
  ) throws {
    let temporary = "\(path).\(UUID().uuidString).partial"
    defer { unlink(temporary) }
    do {
      try writeInPlace(
        samples, to: temporary, sampleRate: sampleRate, format: format)
    } catch var error as UserError {
      error.what = "cannot be written: \(error.what)"
      error.location = path
      throw error
    }
    try AtomicFile.put(temporary, at: path)
  }

  private static func writeInPlace(
    _ samples: [Float], to path: String, sampleRate: Int, format: Format
  ) throws {
    let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw UserError.system("the file cannot be made", path)
    }
    defer { close(descriptor) }
    var info = SF_INFO()
    info.samplerate = CInt(clamping: sampleRate)
    info.channels = 1
    info.format = format.code
    let handle = try SoundHandle(descriptor, mode: SFM_WRITE, info: &info)
    let count = sf_count_t(samples.count)
    let written: sf_count_t
    errno = 0
    switch format {
    case .wavFloat:
      written = sf_write_float(handle.pointer, samples, count)
    case .wav16, .flac16:
      // Not libsndfile's own conversion, which scales by 32767 one way and
      // by 1/32768 the other.
      written = sf_write_short(handle.pointer, samples.map(pcm16), count)
    }
    guard handle.close(), written == count else {
      if errno != 0 { throw UserError.system("the disk refuses it", path) }
      throw UserError("\(written) of \(count) samples written")
    }
  }

  private static func pcm16(_ sample: Float) -> Int16 {
    let scaled = (Double(sample) * 32_768).rounded()
    return scaled.isNaN ? 0 : Int16(min(max(scaled, -32_768), 32_767))
  }
}
