import Testing

@testable import Configuration

@Suite struct ConfigMapTests {
  private func map(_ keys: String...) -> ConfigMap {
    var map = ConfigMap()
    for (index, key) in keys.enumerated() {
      map.set(key, to: ConfigValue(.integer(Int64(index))))
    }
    return map
  }

  @Test func keepsTheOrderOfWriting() {
    #expect(map("z", "a", "m").keys == ["z", "a", "m"])
  }

  @Test func replacingKeepsPlaceAndMark() {
    var map = ConfigMap()
    let mark = Mark(file: "f", line: 2, column: 3)
    map.set("a", to: 1, keyMark: mark)
    map.set("b", to: 2)
    map.set("a", to: 3)
    #expect(map.keys == ["a", "b"])
    #expect(map["a"] == 3)
    #expect(map.entry("a")?.keyMark == mark)
  }

  @Test func removingClosesTheGap() {
    var map = map("a", "b", "c", "d")
    #expect(map.remove("b") == 1)
    #expect(map.remove("b") == nil)
    #expect(map.keys == ["a", "c", "d"])
    #expect(map["c"] == 2 && map["d"] == 3 && map["b"] == nil)
    map.set("e", to: 9)
    #expect(map["e"] == 9 && map.count == 4)
  }

  @Test func equalityIgnoresOrderAndMarks() {
    let here = Mark(file: "f", line: 1, column: 1)
    var a = ConfigMap()
    a.set("x", to: ConfigValue(.integer(1), mark: here), keyMark: here)
    a.set("y", to: 2)
    var b = ConfigMap()
    b.set("y", to: 2)
    b.set("x", to: 1)
    #expect(a == b)
    b.set("x", to: 1.0)
    #expect(a != b)
    b.remove("x")
    #expect(a != b)
  }
}
