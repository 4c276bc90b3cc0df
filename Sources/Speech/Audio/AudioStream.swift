import CSndfile
import Diagnostics
import Foundation

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
  private let handle: OpaquePointer

  /// Rates that a recording of speech can have. Beyond them a header is
  /// damaged, and obeying it would cost gigabytes.
  private static let plausibleRates = 1_000...768_000
  /// A float file beyond this peak is not in [-1, 1] with some overshoot but
  /// in other units, such as those of 16-bit samples.
  private static let plausiblePeak: Float = 8
  private static let framesPerBlock = 1 << 14

  init(_ path: String) throws {
    self.path = path
    file = try RegularFile(path)
    try SampleData.checkComplete(file)

    // A descriptor instead of a path: libsndfile takes what it does not
    // recognise for headerless audio if the name ends in .au, .vox or .gsm.
    var info = SF_INFO()
    guard
      let handle = sf_open_fd(
        file.descriptor, CInt(SFM_READ), &info, CInt(SF_FALSE))
    else {
      throw UserError(
        "is not readable audio: \(AudioStream.message(nil))", at: path,
        fix: "convert it to wav or flac")
    }
    self.handle = handle
    channels = Int(info.channels)
    sampleRate = Int(info.samplerate)
    promisedFrames =
      info.frames >= 0 && info.frames < Int64.max / 2 ? info.frames : nil

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

  deinit {
    sf_close(handle)
  }

  /// Calls `body` with interleaved blocks to the end of the file. Fails if
  /// the file ends before the number of samples it promised.
  func forEachBlock(_ body: (UnsafeBufferPointer<Float>) throws -> Void) throws {
    var frames: Int64 = 0
    try withUnsafeTemporaryAllocation(
      of: Float.self, capacity: AudioStream.framesPerBlock * channels
    ) { block in
      while let base = block.baseAddress {
        let count = sf_readf_float(
          handle, base, sf_count_t(AudioStream.framesPerBlock))
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
    if sf_error(handle) != 0 {
      throw UserError(
        "is damaged: \(AudioStream.message(handle))", at: path,
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
      for (index, sample) in block.enumerated() where !sample.isFinite {
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
    let peak = mono.reduce(0) { max($0, abs($1)) }
    if peak > AudioStream.plausiblePeak {
      throw UserError(
        "has samples up to \(peak), not in [-1, 1]", at: path,
        fix: "scale it, or store it as integers")
    }
    return mono
  }

  /// libsndfile's sentence for the last error, without its final stop.
  private static func message(_ handle: OpaquePointer?) -> String {
    var text = String(cString: sf_strerror(handle))
    // Its checks of its own work are set off by headers full of nonsense.
    if text.hasPrefix("Internal error") { return "its header is damaged" }
    while let last = text.last, last == "." || last.isWhitespace {
      text.removeLast()
    }
    return text
  }
}
