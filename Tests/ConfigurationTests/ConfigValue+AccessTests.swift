import Testing

@testable import Configuration

@Suite struct ConfigValueAccessTests {
  let config: ConfigValue

  init() throws {
    config = try yaml(
      """
      runner:
        total_steps: 2000
        lr: 1e-4
        whole: 3.0
        name: ks
        save: true
        nothing:
        splits: [dev, test]
        mixed:
          - dev
          - 3
      layers: [{size: 4}, {size: 5}]
      """)
  }

  @Test func readsEveryKind() throws {
    #expect(try config.int(at: "runner.total_steps") == 2000)
    #expect(try config.double(at: "runner.total_steps") == 2000)
    #expect(try config.double(at: "runner.lr") == 1e-4)
    #expect(try config.string(at: "runner.name") == "ks")
    #expect(try config.bool(at: "runner.save"))
    #expect(try config.strings(at: "runner.splits") == ["dev", "test"])
    #expect(try config.list(at: "layers").count == 2)
    #expect(try config.map(at: "runner").keys.first == "total_steps")
    #expect(try config.value(at: "runner.mixed.1") == 3)
  }

  @Test func readsItemsOfListsByIndex() throws {
    #expect(try config.int(at: "layers.1.size") == 5)
    let list: ConfigValue = [1, 2.5]
    #expect(try list.doubles(at: "") == [1, 2.5])
    #expect(try ([7, 8] as ConfigValue).ints(at: "") == [7, 8])
  }

  @Test func fallsBackOnlyWhereTheKeyIsAbsentOrNull() throws {
    #expect(try config.int(at: "runner.other", default: 5) == 5)
    #expect(try config.int(at: "other.deeper", default: 5) == 5)
    #expect(try config.int(at: "runner.nothing", default: 5) == 5)
    #expect(try config.string(at: "runner.nothing.a", default: "x") == "x")
    #expect(try config.double(at: "runner.x", default: 0.5) == 0.5)
    #expect(try config.bool(at: "runner.x", default: true))
    #expect(try config.strings(at: "runner.x", default: ["a"]) == ["a"])
    #expect(try config.ints(at: "runner.x", default: [1]) == [1])
    #expect(try config.doubles(at: "runner.x", default: [1]) == [1])
    #expect(try config.list(at: "runner.x", default: []) == [])
    #expect(try config.map(at: "runner.x", default: ConfigMap()).isEmpty)
    #expect(try config.int(at: "runner.total_steps", default: 5) == 2000)
    #expect(
      message { try config.int(at: "runner.name", default: 5) }
        == "c.yaml:5:9: expected an integer for 'runner.name', "
        + "found the string 'ks'")
  }

  @Test func namesPlaceExpectationAndFind() {
    #expect(
      message { try config.string(at: "runner.total_steps") }
        == "c.yaml:2:16: expected a string for 'runner.total_steps', "
        + "found the integer 2000 (quote it to make it a string)")
    #expect(
      message { try config.int(at: "runner.whole") }
        == "c.yaml:4:10: expected an integer for 'runner.whole', "
        + "found the float 3.0 (write 3)")
    #expect(
      message { try config.double(at: "runner.name") }
        == "c.yaml:5:9: expected a number for 'runner.name', "
        + "found the string 'ks'")
    #expect(
      message { try config.bool(at: "runner.lr") }
        == "c.yaml:3:7: expected true or false for 'runner.lr', "
        + "found the float 0.0001")
    #expect(
      message { try config.strings(at: "runner.name") }
        == "c.yaml:5:9: expected a list for 'runner.name', "
        + "found the string 'ks' (write it in brackets: […])")
    #expect(
      message { try config.strings(at: "runner.mixed") }
        == "c.yaml:11:7: expected a string for 'runner.mixed.1', "
        + "found the integer 3 (quote it to make it a string)")
    #expect(
      message { try config.map(at: "layers") }
        == "c.yaml:12:9: expected a map for 'layers', found a list of 2 items")
    #expect(
      message { try config.int(at: "") }
        == "c.yaml:1:1: expected an integer, found a map of 2 keys")
  }

  @Test func aMissingKeyIsReportedAtItsParent() {
    #expect(
      message { try config.int(at: "runner.totl_steps") }
        == "c.yaml:2:3: the key 'totl_steps' is missing in 'runner' "
        + "(is 'total_steps' a misspelling of it?)")
    #expect(
      message { try config.int(at: "optimizer.lr") }
        == "c.yaml:1:1: the key 'optimizer' is missing")
    #expect(
      message { try config.int(at: "layers.2.size") }
        == "c.yaml:12:9: no item '2' in 'layers', a list of 2")
    #expect(
      message { try config.int(at: "layers.first") }
        == "c.yaml:12:9: no item 'first' in 'layers', a list of 2")
    #expect(
      message { try config.int(at: "runner.nothing") }
        == "c.yaml:7:11: expected an integer for 'runner.nothing', found null")
  }

  @Test func aScalarOnTheWayIsAnError() {
    #expect(
      message { try config.int(at: "runner.name.length", default: 1) }
        == "c.yaml:5:9: expected a map for 'runner.name', "
        + "found the string 'ks'")
  }

  @Test func valuesMadeByCodeAreNamedByTheirPath() {
    let made: ConfigValue = ["a": ["b": "x"]]
    #expect(
      message { try made.int(at: "a.b") }
        == "a.b: expected an integer for 'a.b', found the string 'x'")
    #expect(
      message { try made.int(at: "a.count") }
        == "a: the key 'count' is missing in 'a'")
    #expect(
      message { try made.int(at: "count") } == "the key 'count' is missing")
  }
}
