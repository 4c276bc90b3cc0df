import Foundation
import Testing

@testable import TaskKit

@Suite struct TextFileTests {
  @Test func aMarkOfTheByteOrderIsNoText() throws {
    let path = NSTemporaryDirectory() + "text-\(UUID().uuidString)"
    defer { unlink(path) }
    try Data("\u{feff}u1 a b\r\nu2\n".utf8).write(
      to: URL(fileURLWithPath: path))
    let file = try TextFile(path, fix: "")
    #expect(file.lines.map(\.text) == ["u1 a b", "u2"])
    let lines = try KeyedLines(parsing: "\u{feff}u1 a b\nu2")
    #expect(lines.lines.map(\.id) == ["u1", "u2"])
  }

  @Test func linesEndInEitherWay() {
    let lines = TextFile(path: "t", text: "a\r\n\nb c").lines
    #expect(lines.map { String($0.text) } == ["a", "", "b c"])
    #expect(lines.map(\.number) == [1, 2, 3])
    #expect(TextFile(path: "t", text: "").lines.isEmpty)
  }

  @Test func bytesThatAreNoTextAreRefused() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("x")
    let file = try #require(fopen(path, "w"))
    fputs("\u{41}", file)
    fputc(0xff, file)
    fclose(file)
    #expect {
      _ = try TextFile(path, fix: "")
    } throws: { ($0 as? TaskError)?.status == .corruptData }
  }

  @Test func foldersAreListedByTheirNamesBytes() throws {
    let temporary = try TemporaryFolder()
    for name in ["b.wav", "a.wav", "B.wav", "é.wav", ".hidden.wav", "d/x"] {
      try temporary.write(name)
    }
    let folder = try Folder(temporary.path, fix: "")
    #expect(
      try folder.files(endingIn: ".wav")
        == ["B.wav", "a.wav", "b.wav", "é.wav"])
    #expect(try folder.folders().map(\.name) == ["d"])
    #expect(throws: TaskError.self) { try Folder(folder["no"], fix: "") }
    #expect(throws: TaskError.self) { try Folder(folder["a.wav"], fix: "") }
  }
}
