import Testing

@testable import TaskKit

@Suite struct LibriSpeechTests {
  private let folder: TemporaryFolder
  private let host = TestHost()

  init() throws {
    folder = try TemporaryFolder()
    host.readsLengthsAsText()
    for (path, samples) in [
      ("103/1241/103-1241-0001.flac", 500),
      ("103/1240/103-1240-0000.flac", 300),
      ("26/495/26-495-0010.flac", 500), ("26/495/26-495-0002.flac", 900),
    ] {
      try folder.write("dev-clean/" + path, "\(samples)")
    }
    try folder.write(
      "dev-clean/26/495/26-495.trans.txt",
      "26-495-0002 A  DOUBLE SPACE\r\n26-495-0010 LAST LINE")
    try folder.write("dev-clean/103/1241/103-1241.trans.txt", "\n")
    try folder.write("empty/1/2/nothing.wav")
  }

  private func corpus() throws -> LibriSpeech {
    LibriSpeech(root: try Folder(folder.path, fix: ""))
  }

  private func lengths() throws -> AudioLengths {
    AudioLengths(try TaskContext(host.table))
  }

  @Test func recordingsComeInTheOrderOfTheirNames() throws {
    #expect(
      try corpus().recordings(split: "dev-clean") == [
        "dev-clean/103/1240/103-1240-0000.flac",
        "dev-clean/103/1241/103-1241-0001.flac",
        "dev-clean/26/495/26-495-0002.flac",
        "dev-clean/26/495/26-495-0010.flac",
      ])
  }

  @Test func transcriptsKeepEveryCharacterBehindTheFirstSpace() throws {
    let corpus = try corpus()
    #expect(
      try corpus.transcript(of: "dev-clean/26/495/26-495-0002.flac")
        == "A  DOUBLE SPACE")
    #expect(
      try corpus.transcript(of: "dev-clean/26/495/26-495-0010.flac")
        == "LAST LINE")
  }

  @Test func whatIsMissingIsNamed() throws {
    let corpus = try corpus()
    func message(_ body: () throws -> Void) -> String {
      do { try body() } catch { return "\(error)" }
      return ""
    }
    #expect(
      message { _ = try corpus.recordings(split: "test-clean") }
        .contains("test-clean: no such folder"))
    #expect(
      message { _ = try corpus.recordings(split: "empty") }
        .contains("no flac files"))
    #expect(
      message {
        _ = try corpus.transcript(of: "dev-clean/26/495/26-495-0003.flac")
      }.contains("no line for '26-495-0003'"))
    #expect(
      message {
        _ = try corpus.transcript(
          of: "dev-clean/103/1240/103-1240-0000.flac")
      }.contains("103-1240.trans.txt: no such file"))
  }

  @Test func withoutTablesHeadersGiveTheLengths() throws {
    let recordings = try corpus().recordings(
      splits: ["dev-clean"], tables: nil, lengths: lengths())
    #expect(recordings.map(\.samples) == [900, 500, 500, 300])
    #expect(
      recordings[1].path == "dev-clean/103/1241/103-1241-0001.flac")
  }

  @Test func aTableGoesBeforeTheHeaders() throws {
    try folder.write(
      "len/dev-clean.csv",
      ",file_path,length,label\n0,dev-clean/a/b/c.flac,20,\n"
        + "1,dev-clean/d/e/f.flac,30.0,\n")
    let tables = try Folder(folder.path + "/len", fix: "")
    let recordings = try corpus().recordings(
      splits: ["dev-clean"], tables: tables, lengths: lengths())
    #expect(
      recordings == [
        .init(path: "dev-clean/d/e/f.flac", samples: 30),
        .init(path: "dev-clean/a/b/c.flac", samples: 20),
      ])
    // A split that has no table is measured.
    try folder.write("other/1/2/1-2-0000.flac", "7")
    #expect(
      try corpus().recordings(
        splits: ["other"], tables: tables, lengths: lengths()
      ).map(\.samples) == [7])
  }

  @Test(arguments: ["x", "-1", "nan", "1e30", ""])
  func aLengthThatIsNoneIsAnErrorWithItsLine(length: String) throws {
    try folder.write(
      "len/dev-clean.csv", ",file_path,length,label\n0,a.flac,\(length),\n")
    #expect {
      _ = try corpus().recordings(
        splits: ["dev-clean"],
        tables: try Folder(folder.path + "/len", fix: ""), lengths: lengths())
    } throws: {
      "\($0)".contains("dev-clean.csv:2: ")
    }
  }
}
