import CSndfile
import Diagnostics
import Foundation
import Kernels

/// An audio file that is open for reading, from its first sample on.
///
/// Belongs to one thread and is read once.
final class AudioStream {
  let path: String
  let channels: Int
  let sampleRate: Int
  /// Samples per channel by the file's own count; nil if it has none.
  let promisedFrames: Int64?
  private let file: RegularFile
  private let handle: SoundHandle

  /// Rates that a recording of speech can have. Beyond them a header is
  /// damaged, and obeying it would cost gigabytes.
  private static let plausibleRates = 1_000...768_000
  /// A float file beyond this peak is not in [-1, 1] with some overshoot but
  /// in other units, such as those of 16-bit samples.
  private static let plausiblePeak: Float = 8
  private static let framesPerBlock = 1 << 14
  /// Formats in which a file that was cut cannot be told from a whole one:
  /// their headers do not say how many samples follow.
  private static let endlessFormats = [
    SF_FORMAT_IRCAM: "IRCAM", SF_FORMAT_MAT4: "MATLAB 4",
    SF_FORMAT_MAT5: "MATLAB 5", SF_FORMAT_MPC2K: "Akai MPC",
    SF_FORMAT_PAF: "Ensoniq PARIS", SF_FORMAT_PVF: "Portable Voice Format",
    SF_FORMAT_SDS: "MIDI Sample Dump", SF_FORMAT_XI: "FastTracker",
  ]

  init(_ path: String) throws {
    self.path = path
    file = try RegularFile(path)
    try SampleData.checkComplete(file)

    var info = SF_INFO()
    do {
      handle = try SoundHandle(
        file.descriptor, mode: SFM_READ, info: &info)
    } catch let error as UserError {
      let start = file.bytes(
        at: 0, count: min(MistakenContent.startBytes, Int(file.count)))
      if let mistake = MistakenContent(start: start ?? []) {
        throw mistake.error(at: path, wanted: "audio")
      }
      throw UserError(
        "is not readable audio: \(error.what)", at: path,
        fix: "convert it to wav or flac")
    }
    channels = Int(info.channels)
    sampleRate = Int(info.samplerate)
    promisedFrames =
      info.frames >= 0 && info.frames < Int64.max / 2 ? info.frames : nil

    let format = Int(info.format) & SF_FORMAT_TYPEMASK
    if let name = AudioStream.endlessFormats[format] {
      throw UserError(
        "is in the format \(name), in which a file that was cut short looks "
          + "like a whole one", at: path, fix: "convert it to wav or flac")
    }
    if channels <= 0 {
      throw UserError("has no audio channels", at: path)
    }
    if !AudioStream.plausibleRates.contains(sampleRate) {
      throw UserError(
        "has a sample rate of \(sampleRate) Hz, its header is damaged",
        at: path)
    }
    if promisedFrames == 0 {
      throw UserError("holds no samples", at: path)
    }
  }

  // The handle ends before the file that it reads.
  deinit { handle.close() }

  /// Calls `body` with interleaved blocks to the end of the file. Fails if
  /// the file ends before the number of samples it promised.
  func forEachBlock(
    _ body: (UnsafeBufferPointer<Float>) throws -> Void
  ) throws {
    var frames: Int64 = 0
    try withUnsafeTemporaryAllocation(
      of: Float.self, capacity: AudioStream.framesPerBlock * channels
    ) { block in
      while let base = block.baseAddress {
        let count = sf_readf_float(
          handle.pointer, base, sf_count_t(AudioStream.framesPerBlock))
        guard count > 0 else { break }
        frames += count
        try body(UnsafeBufferPointer(start: base, count: Int(count) * channels))
      }
    }
    if let promisedFrames, frames < promisedFrames {
      throw UserError(
        "is truncated: it promises \(promisedFrames) samples and holds "
          + "\(frames)", at: path, fix: "restore it from its source")
    }
    if let problem = handle.problem {
      throw UserError(
        "is damaged: \(problem)", at: path,
        fix: "restore it from its source")
    }
    if frames == 0 {
      throw UserError("holds no samples", at: path)
    }
  }

  /// All samples at the file's rate, averaged over channels.
  func readMono() throws -> [Float] {
    var mono: [Float] = []
    // Not the promised count alone: a damaged header may promise anything.
    mono.reserveCapacity(Int(min(promisedFrames ?? 0, 1 << 22)))
    try forEachBlock { block in
      if Self.peak(of: block) == nil,
        let index = block.firstIndex(where: { !$0.isFinite })
      {
        throw UserError(
          "sample \(mono.count + index / channels) is not a number", at: path)
      }
      if channels == 1 {
        mono.append(contentsOf: block)
      } else {
        for start in stride(from: 0, to: block.count, by: channels) {
          var sum = 0.0
          for channel in 0..<channels { sum += Double(block[start + channel]) }
          mono.append(Float(sum / Double(channels)))
        }
      }
    }
    let peak = mono.withUnsafeBufferPointer(Self.peak)
    if let peak, peak > AudioStream.plausiblePeak {
      throw UserError(
        "has samples up to \(peak), not in [-1, 1]", at: path,
        fix: "scale it, or store it as integers")
    }
    return mono
  }

  /// The largest magnitude; nil if one is not finite.
  private static func peak(of samples: UnsafeBufferPointer<Float>) -> Float? {
    let bits = superb_peak_bits(samples.count, samples.baseAddress)
    return bits < Float.infinity.bitPattern ? Float(bitPattern: bits) : nil
  }
}
