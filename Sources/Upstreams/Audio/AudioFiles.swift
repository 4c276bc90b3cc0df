import Diagnostics
import Files
import Foundation

/// Audio files as they are named on a command line.
package enum AudioFiles {
  /// Names that an audio file may end in, to be found in a folder.
  static let extensions: Set<String> = [
    "wav", "flac", "ogg", "oga", "opus", "mp3", "aif", "aiff", "aifc", "au",
    "caf", "w64", "rf64", "sph", "nist",
  ]

  /// Whether a file's name says that it is audio.
  package static func isNamedAsAudio(_ name: String) -> Bool {
    extensions.contains((name as NSString).pathExtension.lowercased())
  }

  /// The files that these words stand for, in order: files by themselves;
  /// for a folder the audio files below it, sorted; for a pattern with `*`,
  /// `?` or `[` what it matches.
  ///
  /// - Throws: `UserError` for a word that stands for nothing.
  package static func named(_ words: [String]) throws -> [String] {
    try words.flatMap { word in
      if access(word, F_OK) == 0 {
        return isFolder(word) ? try below(word) : [word]
      }
      let matches = matches(of: word)
      if matches.isEmpty {
        throw UserError("there is no such audio file or folder", at: word)
      }
      return matches
    }
  }

  private static func below(_ folder: String) throws -> [String] {
    let found = try files(below: folder).filter { name in
      isNamedAsAudio(name)
        && !name.split(separator: "/").contains { $0.hasPrefix(".") }
    }
    if found.isEmpty {
      throw UserError(
        "there are no audio files in this folder", at: folder,
        fix: "files are known by their names' ends: "
          + extensions.sorted().joined(separator: ", "))
    }
    return found.map {
      (folder as NSString).appendingPathComponent($0)
    }
  }

  private static func matches(of pattern: String) -> [String] {
    guard pattern.contains(where: { "*?[".contains($0) }) else { return [] }
    var found = glob_t()
    defer { globfree(&found) }
    guard glob(pattern, 0, nil, &found) == 0 else { return [] }
    return (0..<Int(found.gl_pathc)).compactMap { index in
      found.gl_pathv[index].map { String(cString: $0) }
    }
  }
}
