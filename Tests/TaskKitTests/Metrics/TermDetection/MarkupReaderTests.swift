import Testing

@testable import TaskKit

@Suite struct MarkupReaderTests {
  @Test func elementsAreWalkedWithTheirLines() throws {
    var reader = MarkupReader(
      """
      \u{FEFF}<?xml version="1.0"?>
      <!-- not > an <element> -->
      <list>
        <a x = '1' y="&lt;&amp;&gt;&quot;&apos;é"/>text &amp; more
        <b><c/><d>deep</d></b><e
          z=""></e>
      </list>

      """)
    try reader.root("list")
    let a = try #require(try reader.child("a"))
    #expect(a.line == 4)
    #expect(try a.attribute("x") == "1")
    #expect(try a.attribute("y") == "<&>\"'é")
    try reader.leave()
    let b = try #require(try reader.child())
    #expect(b.name == "b")
    try reader.leave()
    let e = try #require(try reader.child("e"))
    #expect(try e.attribute("z") == "")
    let error = #expect(throws: MetricError.self) { try e.attribute("q") }
    #expect(error?.line == 5)
    #expect(try reader.child() == nil)
    #expect(try reader.child() == nil)
    try reader.finish()
  }

  @Test(arguments: [
    ("", 1), ("\n\n", 3), ("text", 1), ("<a>", 1), ("<a>\n<b>\n</a>", 3),
    ("<a/><b/>", 1), ("<a/>x", 1), ("<a x></a>", 1), ("<a x=1/>", 1),
    ("<a x='1' x='2'/>", 1), ("<a x='1'y='2'/>", 1), ("<a x='", 1),
    ("<a x='<'/>", 1), ("<a>&nope;</a>", 1), ("<a>&</a>", 1),
    ("<a x='&ampersand;'/>", 1), ("<a>\u{1}</a>", 1), ("<!DOCTYPE a><a/>", 1),
    ("<a><![CDATA[x]]></a>", 1), ("<a>\n<!-- ", 2), ("< a/>", 1),
    ("<a/></a>", 1), ("<a\n<b/>", 2), ("</a>", 1), ("<a></a", 1),
  ])
  func malformedTextIsRefusedWithItsLine(text: String, line: Int) {
    let error = #expect(throws: MetricError.self) { try Self.walk(text) }
    #expect(error?.line == line)
  }

  @Test func nestingHasALimit() {
    let deep = String(repeating: "<a>", count: 100_000)
    #expect(throws: MetricError.self) { try Self.walk(deep) }
  }

  /// Visits everything.
  private static func walk(_ text: String) throws {
    var reader = MarkupReader(text)
    guard try reader.child() != nil else {
      throw MetricError("no root")
    }
    try reader.leave()
    try reader.finish()
  }
}
