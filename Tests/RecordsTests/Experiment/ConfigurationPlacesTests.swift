import Configuration
import TestSupport
import Testing

@testable import Records

@Suite struct ConfigurationPlacesTests {
  @Test func marksSurviveTheWayThroughJSON() throws {
    let written = try Samples.yaml(
      """
      a:
        b: [1, {c: two}]
        d: true
      """)
    let read = try ConfigValue.json(
      text: written.json(sortedKeys: true), name: "x.json")
    let marked = ConfigurationPlaces(of: written).marking(read)
    #expect(marked == written)
    #expect(
      try marked.value(at: "a.b.1.c")?.mark?.description == "test.yaml:2:14")
    #expect(
      try marked.map(at: "a").entry("d")?.keyMark?.description
        == "test.yaml:3:3")
  }

  @Test func whatCodeHasSetHasNoPlace() throws {
    let value = try Samples.yaml("a: {b: 1}").setting(["a", "c"], to: 2)
    let read = try ConfigValue.json(
      text: value.json(sortedKeys: true), name: "x.json")
    let marked = ConfigurationPlaces(of: value).marking(read)
    #expect(try marked.value(at: "a.c")?.mark == nil)
    #expect(try marked.value(at: "a.b")?.mark != nil)
  }
}
