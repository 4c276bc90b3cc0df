import Foundation

/// Libri2Mix for diarization, as Kaldi lays it out.
///
///     {train,dev,test}/wav/<recording>.wav
///     {train,dev,test}/wav.scp    recordings and their files
///     {train,dev,test}/segments   <utterance> <recording> <start> <end>
///     {train,dev,test}/utt2spk, spk2utt, reco2dur, rttm
///
/// A recording is a woman and a man who talk in turns, with pauses and on top
/// of one another. Files in wav.scp are relative to its folder, so that the
/// corpus may be moved.
struct LibriMixDemo: DemoCorpus {
  var name: String { "libri2mix" }
  var version: Int { 2 }

  private typealias Speaker = (id: String, voice: Voice)

  /// When a speaker of a recording talks, in hundredths of a second.
  private struct Segment: Sendable {
    var speaker: String
    var start: Int
    var end: Int
  }

  private struct Recording: Sendable {
    var name: String
    /// In hundredths of a second.
    var length: Int
    var segments: [Segment]
  }

  func plan(seed: UInt64, size: DemoSize) -> CorpusPlan {
    var names = Draws(seed: seed, "\(name)/speakers")
    var ids = names.shuffled(Array(19...8975)).map(String.init)
    var clips: [Clip] = []
    var documents: [CorpusPlan.Document] = []
    // Nobody is in two splits, as in the real corpus.
    for (split, couples, count) in [
      ("train", size(6, tiny: 1), size(40, tiny: 2)),
      ("dev", size(2, tiny: 1), size(8, tiny: 1)),
      ("test", size(2, tiny: 1), size(8, tiny: 1)),
    ] {
      var draws = Draws(seed: seed, "\(name)/\(split)")
      func speakers(_ variants: [String]) -> [Speaker] {
        (0..<couples).map { index in
          (
            ids.removeLast(),
            Voice(
              accent: "en-us", variant: variants[index % variants.count],
              spread: .mild, &draws)
          )
        }
      }
      let women = speakers(["f2", "f3", "f1", "f4"])
      let men = speakers(["m3", "m1", "m7", "m2"])
      let recordings = (0..<count).map { number in
        let pair = [
          women[number % couples], men[(number / couples) % couples],
        ]
        return record(number, draws.shuffled(pair), split, &clips, &draws)
      }
      documents += Self.documents(of: recordings, in: split)
    }
    return CorpusPlan(clips: clips) { [documents] _ in documents }
  }

  private func record(
    _ number: Int, _ pair: [Speaker], _ split: String, _ clips: inout [Clip],
    _ draws: inout Draws
  ) -> Recording {
    let name =
      pair.map(\.id).sorted().joined(separator: "_") + "_\(100 + number)"
    let length = draws.integer(1500...2000)
    let segments = Self.turns(of: pair.map(\.id), within: length, &draws)
    let turns = segments.compactMap { segment in
      pair.first { $0.id == segment.speaker }.map { speaker in
        // A sentence is never shorter than a second and a half.
        let sentences = (0...(segment.end - segment.start) / 150).map { _ in
          Sentences.draw(&draws)
        }
        return Clip.Turn(
          utterance: Utterance(
            text: sentences.joined(separator: ", "), voice: speaker.voice,
            delivery: .drawn(rate: 0.95...1.1, &draws)),
          start: Double(segment.start) / 100, end: Double(segment.end) / 100,
          level: draws.uniform(-1.5...1.5))
      }
    }
    clips.append(
      Clip(
        path: "\(split)/wav/\(name).wav", source: .conversation(turns),
        length: .fixed(seconds: Double(length) / 100, place: 0),
        level: draws.uniform(-26 ... -22), floor: draws.uniform(-62 ... -56)))
    return Recording(name: name, length: length, segments: segments)
  }

  /// Turns of both in turn; somebody may begin before the other has ended, or
  /// leave a pause.
  private static func turns(
    of speakers: [String], within length: Int, _ draws: inout Draws
  ) -> [Segment] {
    var segments: [Segment] = []
    var free = speakers.map { _ in draws.integer(10...60) }
    var start = free.min() ?? 0
    var who = 0
    while start < length - 150 {
      let end = min(start + draws.integer(150...400), length - 20)
      segments.append(
        Segment(speaker: speakers[who], start: start, end: end))
      free[who] = end + 20
      who = (who + 1) % speakers.count
      start = max(end + draws.integer(-200...80), free[who])
    }
    return segments
  }

  private static func documents(
    of recordings: [Recording], in split: String
  ) -> [CorpusPlan.Document] {
    var lines: [String: [String]] = [:]
    var spoken: [String: [String]] = [:]
    for recording in recordings {
      let name = recording.name
      lines["wav.scp", default: []].append("\(name) wav/\(name).wav")
      lines["reco2dur", default: []].append(
        "\(name) \(seconds(recording.length))")
      for (number, segment) in recording.segments.enumerated() {
        let speaker = segment.speaker
        let utterance = "\(speaker)_\(name)_\(100 + number)"
        lines["segments", default: []].append(
          "\(utterance) \(name) \(seconds(segment.start)) "
            + seconds(segment.end))
        lines["utt2spk", default: []].append("\(utterance) \(speaker)")
        spoken[speaker, default: []].append(utterance)
        lines["rttm", default: []].append(
          "SPEAKER \(name) 1 \(seconds(segment.start)) "
            + "\(seconds(segment.end - segment.start)) <NA> <NA> \(speaker) "
            + "<NA> <NA>")
      }
    }
    lines["spk2utt"] = spoken.map {
      "\($0) " + $1.sorted().joined(separator: " ")
    }
    return lines.sorted { $0.key < $1.key }.map { file, lines in
      CorpusPlan.Document(
        path: "\(split)/\(file)",
        // Kaldi sorts its files; turns stay in the order of time.
        text: (file == "rttm" ? lines : lines.sorted())
          .map { $0 + "\n" }.joined())
    }
  }

  private static func seconds(_ hundredths: Int) -> String {
    String(format: "%.2f", Double(hundredths) / 100)
  }
}
