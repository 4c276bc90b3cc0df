import Foundation
import TestSupport
import Testing

@testable import Hosting

@Suite struct TaskFolderTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func digest() throws -> String {
    try #require(TaskFolder(path: folder.path)).sourceDigest()
  }

  @Test func folderWithoutSourcesIsNone() throws {
    try folder.write("README.md", "hello")
    try folder.write(".hidden.swift", "hello")
    #expect(TaskFolder(path: folder.path) == nil)
    #expect(TaskFolder(path: folder.path + "/none") == nil)
  }

  @Test func sourcesAreInOrderAndSwiftGoesFirst() throws {
    try folder.write("b.c", "")
    try folder.write("a.c", "")
    let c = try #require(TaskFolder(path: folder.path))
    #expect(c.language == .c)
    #expect(
      c.sources.map { ($0 as NSString).lastPathComponent } == ["a.c", "b.c"])
    try folder.write("z.swift", "")
    let swift = try #require(TaskFolder(path: folder.path))
    #expect(swift.language == .swift)
    #expect(swift.sources.count == 1)
  }

  @Test func digestChangesWithSourcesAndHeadersAlone() throws {
    try folder.write("a.c", "int a;")
    try folder.write("b.c", "int b;")
    let first = try digest()
    try folder.write("config.yaml", "runner: {}")
    try folder.write("notes.txt", "none")
    #expect(try digest() == first)
    try folder.write("a.h", "int a;")
    let withHeader = try digest()
    #expect(withHeader != first)
    try folder.write("a.c", "int a; ")
    #expect(try digest() != withHeader)
    // Bytes that move from one file to the next are another program.
    try folder.write("a.c", "int a;int b;")
    try folder.write("b.c", "")
    #expect(try digest() != withHeader)
  }

  @Test func commentsAndBlankLinesMeanNothing() throws {
    func meaning(_ text: String) throws -> String {
      try folder.write("a.swift", text)
      return try #require(TaskFolder(path: folder.path)).meaningDigest()
    }
    let bare = try meaning("let a = 1\nlet b = 2\n")
    #expect(
      try meaning("// About a.\nlet a = 1\n\n  /// b\nlet b = 2\n") == bare)
    #expect(try meaning("let a = 1\n//let b = 2\n") != bare)
    // In a literal, behind a line that goes on, at a comment's end they do.
    for (one, other) in [
      ("let a = \"\"\"\n// x\n\"\"\"", "let a = \"\"\"\n// y\n\"\"\""),
      ("#define a \\\n//b", "#define a \\\n//c"),
      ("/*\n// */ let a = 1", "/*\n// */ let a = 2"),
    ] {
      #expect(try meaning(one) != meaning(other))
    }
  }

  @Test func digestDoesNotDependOnThePlace() throws {
    try folder.write("x/a.c", "int a;")
    try folder.write("y/a.c", "int a;")
    let digests = try ["x", "y"].map {
      try #require(TaskFolder(path: folder.path + "/" + $0)).sourceDigest()
    }
    #expect(digests[0] == digests[1])
  }
}
