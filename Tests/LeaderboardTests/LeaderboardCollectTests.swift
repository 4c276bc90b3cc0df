import Diagnostics
import Foundation
import Testing

@testable import Leaderboard

@Suite struct LeaderboardCollectTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  func collect() throws -> Leaderboard {
    try Leaderboard.collect(runs: folder.path)
  }

  @Test func findsResultsAndLeavesFoldsOut() throws {
    let er = result("hubert", "er", [metric("acc", 0.65)])
    try folder.write(er, to: "run/hubert/er/00aa11bb22cc/result.json")
    try folder.write(er, to: "run/hubert/er/00aa11bb22cc/fold1/result.json")
    // An experiment that has not ended: its fold is no row either.
    try folder.write(er, to: "run/wavlm/er/00aa11bb22cd/fold1/result.json")
    let board = try collect()
    #expect(board.entries.map(\.result) == [er])
    #expect(
      board.entries.map(\.path) == ["run/hubert/er/00aa11bb22cc/result.json"])
    #expect(board.entries[0].olderResults == 0)
    #expect(board.notes.isEmpty)
  }

  @Test func aRunNamedLikeASignatureIsARun() throws {
    let ks = result("hubert", "ks", [metric("acc", 0.9)])
    try folder.write(
      ks, to: "202501311200/hubert/ks/00aa11bb22cc/result.json")
    try folder.write(
      ks, to: "202501311200/hubert/ks/00aa11bb22cc/fold1/result.json")
    #expect(try collect().entries.map(\.result) == [ks])
  }

  @Test func anExperimentsOwnFolderCanBeNamed() throws {
    let ks = result("hubert", "ks", [metric("acc", 0.9)])
    try folder.write(ks, to: "00aa11bb22cc/result.json")
    try folder.write(ks, to: "00aa11bb22cc/fold1/result.json")
    let board = try Leaderboard.collect(runs: folder.path + "/00aa11bb22cc")
    #expect(board.entries.map(\.path) == ["result.json"])
  }

  @Test func theLatestResultWinsWhateverItsPath() throws {
    for (path, time, value) in [
      ("a", "2025-03-01T12:00:00.500Z", 0.3),
      ("b", "2025-03-01T12:00:00Z", 0.2),
      ("c", "2025-03-01T12:30:00+02:00", 0.1),
    ] {
      try folder.write(
        result("hubert", "ks", [metric("acc", value)], finishedAt: time),
        to: "\(path)/hubert/ks/00aa11bb22cc/result.json")
    }
    let entry = try #require(try collect().entries.first)
    #expect(entry.result.metrics[0].value == 0.3)
    #expect(entry.olderResults == 2)
  }

  @Test func limitsAndProfilesDoNotCompete() throws {
    let whole = result("u", "t", [metric("acc", 0.5)])
    let limited = result(
      "u", "t", [metric("acc", 0.9)], limit: 8,
      finishedAt: "2026-01-01T00:00:00Z")
    let smoke = result("u", "t", [metric("acc", 0.8)], profile: .smoke)
    for (i, one) in [whole, limited, smoke].enumerated() {
      try folder.write(one, to: "r/u/t/00aa11bb22c\(i)/result.json")
    }
    #expect(try collect().entries.map(\.result) == [whole, smoke, limited])
  }

  @Test func damagedFilesBecomeNotes() throws {
    let good = try result("u", "t", [metric("acc", 0.5)]).encoded()
    let text = String(decoding: good, as: UTF8.self)
    let damaged: [(String, String)] = [
      ("1", ""),
      ("2", String(text.prefix(300))),
      ("3", "[1, 2]"),
      ("4", text.replacingOccurrences(of: "\"seed\"", with: "\"sd\"")),
      (
        "5",
        text.replacingOccurrences(of: "\"format\" : 1", with: "\"format\" : 9")
      ),
      ("6", text.replacingOccurrences(of: "2025-03-01T", with: "yesterday ")),
      (
        "7",
        text.replacingOccurrences(
          of: "\"dimension\" : 768", with: "\"dimension\" : \"wide\"")
      ),
    ]
    for (name, content) in damaged {
      #expect(content != text)
      try folder.write(Data(content.utf8), to: "\(name)/result.json")
    }
    try folder.write(good, to: "8/result.json")
    try folder.write(Data(), to: "9/result.json/inner")
    let board = try collect()
    #expect(board.entries.map(\.path) == ["8/result.json"])
    #expect(
      board.notes.map { "\($0.file): \($0.reason)" } == [
        "1/result.json: this is not a JSON object",
        "2/result.json: this is not a JSON object",
        "3/result.json: this is not a JSON object",
        "4/result.json: the key 'seed' is missing",
        "5/result.json: its format is 9, this program reads format 1",
        "6/result.json: 'finishedAt' is not an ISO 8601 time",
        "7/result.json: the value of 'upstream.dimension' is not what it should be",
        "9/result.json: this file cannot be read",
      ])
  }

  @Test func aChangedFigureIsNoted() throws {
    let good = try result("u", "t", [metric("acc", 0.5)]).encoded()
    let text = String(decoding: good, as: UTF8.self)
    func write(_ name: String, _ text: String) throws {
      try folder.write(Data(text.utf8), to: "\(name)/result.json")
    }
    #expect(text.contains("\"value\" : 0.5"))
    #expect(text.contains("\"checksum\" : \""))
    try write(
      "1",
      text.replacingOccurrences(
        of: "\"value\" : 0.5", with: "\"value\" : 5"))
    try write(
      "2",
      text.replacingOccurrences(
        of: "\"value\" : 0.5", with: "\"value\" : 0.6"))
    // In another order and on one line it still says the same.
    let object = try JSONSerialization.jsonObject(with: good)
    try folder.write(
      try JSONSerialization.data(withJSONObject: object),
      to: "3/result.json")
    // Without a checksum, as older versions wrote it.
    try write(
      "4",
      text.split(separator: "\n", omittingEmptySubsequences: false)
        .filter { !$0.contains("\"checksum\"") }.joined(separator: "\n"))
    let board = try collect()
    #expect(board.entries.map(\.path) == ["4/result.json"])
    #expect(board.entries[0].olderResults == 1)
    #expect(
      board.notes.map { "\($0.file): \($0.reason)" } == [
        "1/result.json: acc on test is 5.0, outside of 0 … 1",
        "2/result.json: it was changed after it was written: its checksum differs",
      ])
  }

  @Test func aRateOfErrorsMayPassTheWhole() throws {
    try folder.write(
      result(
        "u", "asr",
        [metric("wer", 130, unit: .percent, higherIsBetter: false)]),
      to: "1/result.json")
    #expect(try collect().notes.isEmpty)
  }

  @Test func aPipeNamedLikeAResultDoesNotBlock() throws {
    try folder.write(Data(), to: "a/other")
    #expect(mkfifo(folder.path + "/a/result.json", 0o600) == 0)
    #expect(try collect().notes.map(\.file) == ["a/result.json"])
  }

  @Test func loopsOfLinksEnd() throws {
    try folder.write(
      result("u", "t", [metric("acc", 0.5)]),
      to: "r/u/t/00aa11bb22cc/result.json")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/r/again", withDestinationPath: folder.path)
    let board = try collect()
    #expect(board.entries.count == 1)
    #expect(board.entries[0].olderResults == 0)
  }

  @Test func aMissingFolderIsTheUsersMistake() throws {
    #expect(throws: UserError.self) {
      try Leaderboard.collect(runs: folder.path + "/none")
    }
    try folder.write(Data(), to: "file")
    #expect(throws: UserError.self) {
      try Leaderboard.collect(runs: folder.path + "/file")
    }
  }

  @Test func anEmptyFolderSaysWhatToDo() throws {
    let board = try collect()
    #expect(board.entries.isEmpty)
    for format in [Leaderboard.Format.table, .markdown, .latex] {
      #expect(try board.render(format).contains("No results yet"))
    }
    #expect(try board.render(.csv).hasPrefix("upstream,task,"))
    #expect(try board.render(.csv).utf8.count { $0 == 0x0A } == 1)
    #expect(try board.render(.json).contains("\"sections\" : ["))
  }

  @Test(arguments: 0..<4 as Range<UInt64>)
  func randomDamageIsANoteOrAResult(seed: UInt64) throws {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
    func next(_ bound: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state % UInt64(bound))
    }
    let good = try smallBoard()[2].encoded()
    for i in 0..<60 {
      var bytes = [UInt8](good)
      for _ in 0...next(4) {
        switch next(4) {
        case 0: bytes[next(bytes.count)] = UInt8(next(256))
        case 1: bytes.removeSubrange(next(bytes.count)...)
        case 2: bytes.insert(UInt8(next(256)), at: next(bytes.count))
        default: bytes[next(bytes.count)] = UInt8(ascii: "9")
        }
        if bytes.isEmpty { bytes = [0] }
      }
      try folder.write(Data(bytes), to: "\(i)/result.json")
    }
    let board = try collect()
    let read = board.entries.reduce(0) { $0 + 1 + $1.olderResults }
    #expect(read + board.notes.count == 60)
    for format in Leaderboard.Format.allCases {
      #expect(try !board.render(format, width: 80).isEmpty)
    }
  }
}
