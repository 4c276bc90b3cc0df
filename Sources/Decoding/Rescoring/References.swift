import Diagnostics

/// What was really said in each utterance.
package struct References: Sendable {
  package private(set) var words: [String: [String]] = [:]
  /// The utterances' ids in the file's order.
  package private(set) var ids: [String] = []

  /// Reads lines of an id and the utterance's words.
  ///
  /// - Throws: `UserError` if an id is there twice or the file is empty.
  package init(path: String) throws {
    let lines = try LineReader(path: path)
    while let line = try lines.next() {
      if line.isBlank { continue }
      let fields = String(decoding: line, as: UTF8.self)
        .split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
      let words = Array(fields.dropFirst())
      guard self.words.updateValue(words, forKey: fields[0]) == nil else {
        throw lines.error("the id '\(fields[0])' is there twice")
      }
      ids.append(fields[0])
    }
    guard !ids.isEmpty else {
      throw UserError("there are no references", at: path)
    }
  }

  /// Those of several files.
  package init(all: [References]) {
    for one in all {
      for id in one.ids
      where words.updateValue(one.words[id] ?? [], forKey: id) == nil {
        ids.append(id)
      }
    }
  }

  package init(_ words: [String: [String]]) {
    self.words = words
    ids = words.keys.sorted()
  }
}

/// Words that are wrong, of how many.
package struct WordErrors: Sendable, Equatable {
  package var errors = 0
  package var words = 0

  package init(errors: Int = 0, words: Int = 0) {
    self.errors = errors
    self.words = words
  }

  /// Errors as a fraction of the words; 0 if there are none of either.
  package var rate: Double {
    words > 0 ? Double(errors) / Double(words) : errors > 0 ? .infinity : 0
  }

  package static func += (left: inout WordErrors, right: WordErrors) {
    left.errors += right.errors
    left.words += right.words
  }

  /// Substitutions, insertions and deletions, as few as possible.
  package static func between(
    _ hypothesis: [String], _ reference: [String]
  ) -> WordErrors {
    var row = Array(0...reference.count)
    for word in hypothesis {
      var diagonal = row[0]
      row[0] += 1
      for index in 0..<reference.count {
        let cost = diagonal + (word == reference[index] ? 0 : 1)
        diagonal = row[index + 1]
        row[index + 1] = min(cost, row[index] + 1, diagonal + 1)
      }
    }
    return WordErrors(
      errors: row[reference.count], words: reference.count)
  }
}
