/// Who speaks in an utterance, as far as its id tells.
///
/// What a task says of an utterance comes first; else the published corpora's
/// own way of naming files is known.
enum Speakers {
  /// nil if neither tells.
  static func speaker(
    of id: String, attributes: [String: String]? = nil
  ) -> String? {
    if let speaker = attributes?["speaker"] { return speaker }
    // Speech Commands: right-0ff728b5_nohash_3.wav
    if let mark = id.firstRange(ofBytes: "_nohash_") {
      let before = id[..<mark]
      return String(
        before.split(whereSeparator: { $0 == "-" || $0 == "/" }).last ?? before)
    }
    let parts = id.split(
      separator: "-", maxSplits: 2, omittingEmptySubsequences: false)
    if parts.count > 1 {
      // LibriSpeech: 1089-134686-0001. VoxCeleb: id10270-5r0dWxy17C8-00001.
      // A mixture's name has several, with `_` between them.
      if parts.count == 3, parts[0].isNumber, parts[1].isNumber,
        !parts[2].contains("_")
      {
        return String(parts[0])
      }
      if parts[0].hasPrefix("id"), parts[0].dropFirst(2).isNumber {
        return String(parts[0])
      }
      // Audio SNIPS: Brian-snips-test-0.
      if parts[1] == "snips" { return String(parts[0]) }
    }
    // IEMOCAP: the session's woman or man, Ses01F_impro01_M002.
    if id.hasPrefix("Ses"), let last = id.split(separator: "_").last,
      let sex = last.first, sex == "F" || sex == "M"
    {
      return String(id.prefix(5)) + String(sex)
    }
    return nil
  }

  /// What else an id tells: in IEMOCAP the speaker's gender, and the session.
  static func known(_ attribute: String, of id: String) -> String? {
    guard let speaker = speaker(of: id), speaker.hasPrefix("Ses") else {
      return nil
    }
    switch attribute {
    case "gender": return speaker.last.map(String.init)
    case "session": return String(speaker.dropLast())
    default: return nil
    }
  }

  /// The speakers of a trial's two sides; nil if its name does not tell.
  static func speakers(ofTrial name: String) -> (String, String)? {
    // Names of recordings may hold `_`, speakers begin with `_id`.
    var from = name.startIndex
    while let mark = name[from...].firstRange(ofBytes: "_id") {
      let second = name[name.index(after: mark)...]
      if let a = speaker(of: String(name[..<mark])),
        let b = speaker(of: String(second))
      {
        return (a, b)
      }
      from = name.index(after: mark)
    }
    return nil
  }
}

extension Substring {
  fileprivate var isNumber: Bool {
    !isEmpty && utf8.allSatisfy { (48...57).contains($0) }
  }
}

extension StringProtocol {
  /// Where `part` begins for the first time.
  fileprivate func firstRange(ofBytes part: String) -> Index? {
    let wanted = Array(part.utf8)
    var place = startIndex
    while place < endIndex {
      if self[place...].utf8.starts(with: wanted) { return place }
      place = index(after: place)
    }
    return nil
  }
}
