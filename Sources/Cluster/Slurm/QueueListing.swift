import Foundation

/// What `squeue --format=%i|%T|%N|%r` says, element by element.
package struct QueueListing: Equatable, Sendable {
  package struct Entry: Equatable, Sendable {
    /// `PENDING`, `RUNNING`, …
    package var state: String
    /// Where it runs; empty while it waits.
    package var nodes: String
    /// Why it waits.
    package var reason: String

    /// Whether it waits for somebody to let it go.
    package var isHeld: Bool {
      state == "REQUEUE_HOLD" || state == "SPECIAL_EXIT"
        || reason.hasPrefix("JobHeld") || reason.contains("requeued held")
    }

    package var runs: Bool {
      [
        "RUNNING", "COMPLETING", "SUSPENDED", "STOPPED", "CONFIGURING",
        "SIGNALING", "STAGE_OUT",
      ].contains(state)
    }
  }

  /// By `123_4`, or `123` for a job that is no array.
  package private(set) var entries: [String: Entry] = [:]

  package init() {}

  package init(_ text: String) {
    for line in text.split(separator: "\n") {
      let fields = line.split(
        separator: "|", maxSplits: 3, omittingEmptySubsequences: false
      ).map { $0.trimmingCharacters(in: .whitespaces) }
      guard fields.count == 4 else { continue }
      let entry = Entry(
        state: fields[1], nodes: fields[2], reason: fields[3])
      for job in Self.elements(of: fields[0]) { entries[job] = entry }
    }
  }

  /// `123_[4-6,9%2]` is 123_4, 123_5, 123_6 and 123_9.
  package static func elements(of text: String) -> [String] {
    guard let open = text.firstIndex(of: "["), text.hasSuffix("]") else {
      return text.isEmpty ? [] : [text]
    }
    let array = text[..<open]
    let places = text[text.index(after: open)...].dropLast()
      .prefix { $0 != "%" }
    return places.split(separator: ",").flatMap { part -> [String] in
      // "4-6", "0-8:2", or one number.
      let halves = part.split(separator: ":")
      let bounds = halves[0].split(separator: "-").compactMap { Int($0) }
      let step = halves.count > 1 ? Int(halves[1]) ?? 1 : 1
      guard let first = bounds.first, let last = bounds.last, step > 0,
        last >= first, last - first < 10_000_000
      else { return [] }
      return stride(from: first, through: last, by: step).map {
        "\(array)\($0)"
      }
    }
  }
}
