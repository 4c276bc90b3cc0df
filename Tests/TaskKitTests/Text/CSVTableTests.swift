import Foundation
import TaskKit
import Testing

@Suite struct CSVTableTests {
  private func table(_ text: String) throws -> CSVTable {
    try CSVTable(TextFile(path: "t.csv", text: text))
  }

  @Test func fieldsMayBeQuotedAndHoldAnything() throws {
    let table = try table(
      "a,b\r\n1,\"x, \"\"y\"\"\r\nz\"\r\n\r\n,\"\"\r\nlast,\n")
    #expect(table.columns == ["a", "b"])
    #expect(
      table.rows.map(\.fields) == [
        ["1", "x, \"y\"\r\nz"], ["", ""], ["last", ""],
      ])
    #expect(table.rows.map(\.line) == [2, 5, 6])
    #expect(try table.column("b") == 1)
  }

  @Test func aMarkOfByteOrderIsNoPartOfTheFirstName() throws {
    #expect(try table("\u{feff}a,b\n1,2").columns == ["a", "b"])
  }

  @Test(arguments: [
    ("", "t.csv:1: "),
    ("a,b\n1,2\n3\n", "t.csv:3: "),
    ("a,b\n1,\"2\n3\n", "t.csv:2: "),
    ("a,b\n\"1\"x,2\n", "t.csv:2: "),
  ])
  func mistakesNameTheirLine(text: String, place: String) {
    #expect {
      _ = try table(text)
    } throws: { ($0 as? TaskError)?.message.hasPrefix(place) == true }
  }

  @Test func aMissingColumnIsNamed() throws {
    let table = try table("a,b\n")
    #expect {
      _ = try table.column("path")
    } throws: { ($0 as? TaskError)?.message.contains("'path'") == true }
  }

  @Test func aMissingFileSaysWhatToDo() {
    #expect {
      _ = try CSVTable("/nonexistent/x.csv", fix: "Do this.")
    } throws: { error in
      let error = error as? TaskError
      return error?.status == .notFound
        && error?.message == "/nonexistent/x.csv: no such file. Do this."
    }
  }

  @Test func whatIsWrittenIsRead() throws {
    var random = TorchRandom(seed: 7)
    let alphabet = ["a", "\"", ",", "\n", "\r\n", "é", " ", ""]
    for _ in 0..<300 {
      let width = Int(random.next() % 4) + 1
      let rows = (0..<4).map { _ in
        (0..<width).map { _ in
          (0..<random.next() % 6).map { _ in
            alphabet[Int(random.next()) % alphabet.count]
          }.joined()
        }
      }
      let text = rows.map { row in
        row.map {
          "\"" + $0.replacing("\"", with: "\"\"") + "\""
        }.joined(separator: ",") + "\n"
      }.joined()
      let table = try table(text)
      #expect([table.columns] + table.rows.map(\.fields) == rows)
    }
  }

  @Test func noBytesBringTheReaderDown() {
    var random = TorchRandom(seed: 8)
    let bytes = Array("a,\"\n\r x".utf8)
    for _ in 0..<5000 {
      let text = String(
        decoding: (0..<random.next() % 24).map { _ in
          bytes[Int(random.next()) % bytes.count]
        }, as: UTF8.self)
      if let table = try? table(text) {
        #expect(
          table.rows.allSatisfy { $0.fields.count == table.columns.count })
      }
    }
  }
}
