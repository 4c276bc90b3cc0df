import Foundation
import Records

/// The predictions furthest from the truth, and how they sound.
struct WorstCasesTable {
  var cases: [WorstCase]
  /// nil without sound.
  var audio: AudioFiles?

  var html: String? {
    guard !cases.isEmpty else { return nil }
    var text =
      "<div class=\"scroll\"><table><caption>worst predictions</caption>"
      + "<thead><tr><th scope=\"col\">utterance</th>"
      + "<th scope=\"col\" class=\"text\">predicted</th>"
      + "<th scope=\"col\" class=\"text\">truth</th>"
      + "<th scope=\"col\">error</th>"
      + (audio == nil ? "" : "<th scope=\"col\">sound</th>")
      + "</tr></thead><tbody>\n"
    for one in cases {
      text += "<tr>"
      for cell in [one.id, one.predicted, one.truth] {
        text += "<td class=\"text\">\(Markup.escaped(cell))</td>"
      }
      text += "<td>\(Markup.number(one.error, digits: 3))</td>"
      if let audio {
        let sound = audio.dataURL(of: one.id).map {
          "<audio controls preload=\"none\" "
            + "aria-label=\"\(Markup.escaped(one.id))\" src=\"\($0)\"></audio>"
        }
        text += "<td>\(sound ?? "–")</td>"
      }
      text += "</tr>\n"
    }
    return text + "</tbody></table></div>"
  }
}

/// The recordings of corpora, found by the ids that tasks give utterances.
///
/// An id is a file's name, or the last two or three parts of its path joined
/// by `-` or `/`, with or without its ending.
struct AudioFiles {
  private var paths: [String: String] = [:]

  /// Larger files would make the page too large.
  private static let largest = 1 << 20
  private static let types = [
    "wav": "audio/wav", "flac": "audio/flac", "mp3": "audio/mpeg",
    "ogg": "audio/ogg",
  ]

  init(folders: [String]) {
    for folder in folders {
      guard let walk = FileManager.default.enumerator(atPath: folder) else {
        continue
      }
      while let name = walk.nextObject() as? String {
        let path = name as NSString
        guard Self.types[path.pathExtension.lowercased()] != nil else {
          continue
        }
        let parts = path.pathComponents
        let stem = (path.lastPathComponent as NSString).deletingPathExtension
        for count in 0...2 where count < parts.count {
          let before = parts.dropLast().suffix(count)
          for last in [stem, path.lastPathComponent] {
            for sign in ["-", "/"] {
              let key = (before + [last]).joined(separator: sign)
              if paths[key] == nil { paths[key] = folder + "/" + name }
            }
          }
        }
      }
    }
  }

  /// The whole recording within a URL; nil if there is none, or it is large.
  func dataURL(of id: String) -> String? {
    guard let path = paths[id],
      let type = Self.types[(path as NSString).pathExtension.lowercased()],
      let bytes = FileManager.default.contents(atPath: path),
      bytes.count <= Self.largest
    else { return nil }
    return "data:\(type);base64," + bytes.base64EncodedString()
  }
}
