import Diagnostics
import Files
import Foundation
import Speech

/// Audio SNIPS from its parts: the release's mp3 files,
/// `audio_<Speaker>/snips/snips-<split>-<n>.mp3`, become
/// `<split>/<Speaker>-snips-<split>-<n>.wav`, 16 kHz and 16 bits, beside the
/// transcripts `all.iob.snips.txt` and `slots.txt`.
package struct SpokenCommands {
  private let audio: String
  private let texts: String

  /// - Parameters:
  ///   - audio: the unpacked release, which holds `audio_Aditi`, ….
  ///   - texts: a folder with the two lists.
  package init(audio: String, texts: String) {
    self.audio = audio
    self.texts = texts
  }

  private static let lists = ["all.iob.snips.txt", "slots.txt"]

  /// Makes the corpus in `folder`; a recording that is there is left alone.
  ///
  /// - Returns: how many recordings each split has.
  package func make(
    in folder: String, progress: PreparationProgress
  ) throws -> [(split: String, recordings: Int)] {
    for name in Self.lists where access(texts + "/" + name, R_OK) != 0 {
      throw UserError(
        "there is no file \(name)", at: texts,
        fix: "they come with s3prl's recipe: its normalisation of texts is a"
          + " program of its own")
    }
    let recordings = try recordings()
    for split in Set(recordings.map(\.split)) {
      try makeFolder(folder + "/" + split)
    }
    try PreparedWork.each(recordings.count, progress) { index in
      let one = recordings[index]
      let place = "\(folder)/\(one.split)/\(one.name).wav"
      if access(place, F_OK) == 0 { return }
      try AudioFile.write(
        try AudioFile.read(one.path), to: place, format: .wav16)
    }
    for name in Self.lists {
      guard let bytes = FileManager.default.contents(atPath: texts + "/" + name)
      else { throw UserError("cannot be read", at: texts + "/" + name) }
      try AtomicFile.write(bytes, to: folder + "/" + name)
    }
    return ["train", "valid", "test"].map { split in
      (split, recordings.count { $0.split == split })
    }
  }

  private struct Recording: Sendable {
    var path: String
    var split: String
    var name: String
  }

  private func recordings() throws -> [Recording] {
    var found: [Recording] = []
    for name in try names(inFolder: audio) where name.hasPrefix("audio_") {
      let speaker = name.dropFirst("audio_".count)
      let folder = "\(audio)/\(name)/snips"
      guard access(folder, F_OK) == 0 else { continue }
      for file in try names(inFolder: folder) {
        // snips-<split>-<n>.<ending>
        let stem = (file as NSString).deletingPathExtension
        let parts = stem.split(separator: "-")
        guard parts.count == 3, parts[0] == "snips",
          ["train", "valid", "test"].contains(parts[1])
        else { continue }
        found.append(
          Recording(
            path: "\(folder)/\(file)", split: String(parts[1]),
            name: "\(speaker)-\(stem)"))
      }
    }
    guard !found.isEmpty else {
      throw UserError(
        "there is no audio_<speaker>/snips/snips-<split>-<n>.mp3", at: audio,
        fix: "name the folder that the release was unpacked to")
    }
    return found
  }
}
