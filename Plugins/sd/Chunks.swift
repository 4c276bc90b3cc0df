import TaskKit

/// A stretch of one recording, which the network hears at a time, and who
/// speaks in each of its frames.
struct Chunk: Equatable {
  let recording: Int
  /// Frames of the recording.
  let frames: Range<Int>

  /// The chunks of `count` frames: as many whole ones as there are, and what
  /// is left unless that is to be dropped. A rest of less than `shortest`
  /// frames is part of the chunk before it, if there is one.
  static func all(
    of count: Int, recording: Int, size: Int, shortest: Int, keepsLast: Bool
  ) -> [Chunk] {
    let whole = count / size
    var ends = (0..<whole).map { ($0 + 1) * size }
    if keepsLast, count > whole * size {
      if whole > 0, count - whole * size < shortest { ends.removeLast() }
      ends.append(count)
    }
    return zip([0] + ends, ends).map {
      Chunk(recording: recording, frames: $0..<$1)
    }
  }

  /// frames × `speakers`, row after row, 1 where somebody speaks. A frame is
  /// `shift` samples.
  ///
  /// As in s3prl, a segment counts only if it begins or ends within the
  /// chunk: one that covers it altogether leaves no mark.
  func labels(
    _ segments: [DataDirectory.Segment], speakers: Int,
    samplesPerSecond: Double, shift: Double
  ) -> [Float] {
    var labels = [Float](repeating: 0, count: frames.count * speakers)
    for segment in segments {
      func frame(_ seconds: Double) -> Int {
        Int(
          (seconds * samplesPerSecond / shift)
            .rounded(.toNearestOrEven))
      }
      let (start, end) = (frame(segment.start), frame(segment.end))
      let begins = start >= frames.lowerBound && start < frames.upperBound
      let ends = end > frames.lowerBound && end <= frames.upperBound
      guard begins || ends else { continue }
      let first = begins ? start : frames.lowerBound
      let last = ends ? end : frames.upperBound
      for frame in first..<max(first, last) {
        labels[(frame - frames.lowerBound) * speakers + segment.speaker] = 1
      }
    }
    return labels
  }
}

/// The chunks of one split.
final class ChunkedSplit {
  let directory: DataDirectory
  let chunks: [Chunk]
  /// Which chunks a recording has.
  let ranges: [Range<Int>]
  private let shift: Double
  private let speakers: Int
  private let context: TaskContext
  private var lengths: [Int: Int] = [:]

  /// 16 kHz.
  private static let rate = 16_000.0
  /// In samples: what is shorter gives an upstream too little to hear.
  private static let shortest = 1600.0

  /// - Parameter shift: Samples a frame of labels.
  init(
    _ directory: DataDirectory, shift: Double, size: Int, keepsLast: Bool,
    speakers: Int, _ context: TaskContext
  ) {
    var chunks: [Chunk] = []
    ranges = directory.recordings.enumerated().map { index, recording in
      let first = chunks.count
      chunks += Chunk.all(
        of: Int(recording.duration * Self.rate / shift),
        recording: index, size: size,
        shortest: Int((Self.shortest / shift).rounded(.up)),
        keepsLast: keepsLast)
      return first..<chunks.count
    }
    self.chunks = chunks
    self.directory = directory
    self.shift = shift
    self.speakers = speakers
    self.context = context
  }

  func recording(of chunk: Int) -> DataDirectory.Recording {
    directory.recordings[chunks[chunk].recording]
  }

  func labels(of chunk: Int) -> [Float] {
    chunks[chunk].labels(
      recording(of: chunk).segments, speakers: speakers,
      samplesPerSecond: Self.rate, shift: shift)
  }

  /// The chunk's audio; a tag is its number.
  func item(_ number: Int) throws -> Item {
    let chunk = chunks[number]
    let recording = recording(of: number)
    let samples = try length(of: chunk.recording)
    let first = sample(chunk.frames.lowerBound)
    // A duration may have been rounded up: what is missing of the last frame
    // is left to the match of lengths.
    let last = min(sample(chunk.frames.upperBound), samples)
    guard Double(last - first) >= shift.rounded(.down) else {
      throw TaskError.corruptData(
        "\(recording.path): \(samples) samples, where reco2dur promises "
          + "\(recording.duration) seconds. Correct reco2dur, or fetch the "
          + "recording again.")
    }
    return Item(
      id: "\(recording.name)-\(chunk.frames.lowerBound)", tag: number,
      audio: AudioSource(path: recording.path, span: first..<last),
      attributes: ["truth": RTTM.format(turns(in: chunk, of: recording))])
  }

  /// Who speaks when, from the beginning of the chunk.
  private func turns(
    in chunk: Chunk, of recording: DataDirectory.Recording
  ) -> [SpeakerTurn] {
    let second = Self.rate / Double(shift)
    let start = Double(chunk.frames.lowerBound) / second
    let end = Double(chunk.frames.upperBound) / second
    return recording.segments.filter { $0.start < end && $0.end > start }.map {
      SpeakerTurn(
        recording: recording.name, speaker: recording.speakers[$0.speaker],
        start: max($0.start, start) - start, end: min($0.end, end) - start)
    }
  }

  /// The sample that a frame of labels begins with.
  private func sample(_ frame: Int) -> Int {
    Int((Double(frame) * shift).rounded())
  }

  /// Samples at 16 kHz, as the file's header says.
  private func length(of recording: Int) throws -> Int {
    if let known = lengths[recording] { return known }
    let info = try context.audioInfo(directory.recordings[recording].path)
    let samples = Int(
      (Double(info.samples) * Self.rate / Double(max(info.sampleRate, 1)))
        .rounded())
    lengths[recording] = samples
    return samples
  }
}
