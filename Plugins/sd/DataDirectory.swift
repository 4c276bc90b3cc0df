import Foundation
import TaskKit

/// A split as Kaldi lays it out: `wav.scp`, `segments`, `utt2spk`,
/// `reco2dur` and, for scoring, `rttm`.
struct DataDirectory {
  /// When somebody speaks in a recording.
  struct Segment: Equatable {
    let speaker: Int
    /// Seconds from the beginning of the recording.
    let start: Double
    let end: Double
  }

  struct Recording: Equatable {
    let name: String
    let path: String
    /// Seconds.
    let duration: Double
    /// Sorted by name.
    let speakers: [String]
    let segments: [Segment]
  }

  let folder: Folder
  /// In the order of wav.scp.
  let recordings: [Recording]

  private static let fix =
    "A data directory holds wav.scp, segments, utt2spk and reco2dur; the "
    + "corpus 'libri2mix' has one for each of train, dev and test."

  /// - Parameter speakers: How many people a recording may have at most.
  init(_ path: String, speakers most: Int) throws {
    let folder = try Folder(path, fix: Self.fix)
    self.folder = folder
    let durations = try Self.table(folder["reco2dur"], columns: 2)
    let people = try Self.table(folder["utt2spk"], columns: 2)
    let turns = try Self.turns(folder["segments"], people)
    let waves = try Self.waves(folder)
    let unheard = turns.keys.filter { waves.known[$0] == nil }.min()
    if let unheard {
      throw TaskError.corruptData(
        "\(folder["segments"]): '\(unheard)' is not in wav.scp")
    }
    recordings = try waves.order.map { name in
      guard let entry = durations[name] else {
        throw TaskError.corruptData(
          "\(folder["reco2dur"]): '\(name)' is not in it")
      }
      let duration = try Self.seconds(entry, 1, folder["reco2dur"])
      let heard = turns[name] ?? []
      let speakers = Set(heard.map(\.speaker)).sorted {
        $0.utf8.lexicographicallyPrecedes($1.utf8)
      }
      guard speakers.count <= most else {
        throw TaskError.corruptData(
          "\(folder["segments"]): '\(name)' has \(speakers.count) speakers, "
            + "and downstream_expert.datarc.num_speakers is \(most)")
      }
      return Recording(
        name: name, path: waves.known[name] ?? "", duration: duration,
        speakers: speakers,
        segments: heard.map { turn in
          Segment(
            speaker: speakers.firstIndex(of: turn.speaker) ?? 0,
            start: turn.start, end: turn.end)
        })
    }
    guard !recordings.isEmpty else {
      throw TaskError.corruptData("\(folder["wav.scp"]): there is no recording")
    }
  }

  /// Who speaks when in recordings of these names: from the file rttm, or
  /// from the segments if there is none.
  func reference(of names: Set<String>) throws -> [SpeakerTurn] {
    guard FileManager.default.fileExists(atPath: folder["rttm"]) else {
      return recordings.filter { names.contains($0.name) }.flatMap {
        recording in
        recording.segments.map {
          SpeakerTurn(
            recording: recording.name,
            speaker: recording.speakers[$0.speaker], start: $0.start,
            end: $0.end)
        }
      }
    }
    return try TextFile(folder["rttm"], fix: Self.fix).parsed(RTTM.parse)
      .filter { names.contains($0.recording) }
  }

  // MARK: Reading

  private struct Entry {
    let line: Int
    let fields: [Substring]
  }

  private struct Turn {
    let speaker: String
    let start: Double
    let end: Double
  }

  /// The lines of a file by their first field.
  private static func table(
    _ path: String, columns: Int
  ) throws -> [String: Entry] {
    let file = try TextFile(path, fix: fix)
    var entries: [String: Entry] = [:]
    for line in file.lines where !line.text.isEmpty {
      let fields = TextFile.fields(of: line.text)
      guard fields.count == columns else {
        throw file.error(
          line: line.number,
          "\(fields.count) fields where there are \(columns)")
      }
      let entry = Entry(line: line.number, fields: fields)
      if entries.updateValue(entry, forKey: String(fields[0])) != nil {
        throw file.error(
          line: line.number, "'\(fields[0])' has a line already")
      }
    }
    return entries
  }

  /// Turns by recording, in the order of the file.
  private static func turns(
    _ path: String, _ people: [String: Entry]
  ) throws -> [String: [Turn]] {
    var turns: [String: [Turn]] = [:]
    let entries = try table(path, columns: 4).values
    for entry in entries.sorted(by: { $0.line < $1.line }) {
      guard let person = people[String(entry.fields[0])]?.fields[1] else {
        throw TaskError.corruptData(
          "\(path):\(entry.line): '\(entry.fields[0])' is not in utt2spk")
      }
      let start = try seconds(entry, 2, path)
      let end = try seconds(entry, 3, path)
      guard end > start else {
        throw TaskError.corruptData(
          "\(path):\(entry.line): '\(entry.fields[0])' ends before it begins")
      }
      turns[String(entry.fields[1]), default: []].append(
        Turn(speaker: String(person), start: start, end: end))
    }
    return turns
  }

  /// Paths by recording, and the recordings in the order of the file. A path
  /// that is not absolute begins at the data directory.
  private static func waves(
    _ folder: Folder
  ) throws -> (order: [String], known: [String: String]) {
    let file = try TextFile(folder["wav.scp"], fix: fix)
    var order: [String] = []
    var known: [String: String] = [:]
    for line in file.lines where !line.text.isEmpty {
      let text = line.text.drop { $0 == " " }
      let end = text.firstIndex { $0 == " " || $0 == "\t" } ?? text.endIndex
      let name = String(text[..<end])
      let path = String(text[end...]).trimmingCharacters(in: .whitespaces)
      guard !path.isEmpty else {
        throw file.error(
          line: line.number, "a line is a recording and its file")
      }
      guard !path.hasSuffix("|") else {
        throw file.error(
          line: line.number,
          "'\(name)' is made by a command. Run it, and name its file here.")
      }
      let place = path.hasPrefix("/") ? path : folder[path]
      guard known.updateValue(place, forKey: name) == nil else {
        throw file.error(line: line.number, "'\(name)' has a line already")
      }
      order.append(name)
    }
    return (order, known)
  }

  /// A time that is not negative.
  private static func seconds(
    _ entry: Entry, _ column: Int, _ path: String
  ) throws -> Double {
    let field = entry.fields[column]
    guard let value = Double(field), value >= 0, value < 1e7 else {
      throw TaskError.corruptData(
        "\(path):\(entry.line): '\(field)' is not a time in seconds")
    }
    return value
  }
}
