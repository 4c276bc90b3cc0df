import Testing

@testable import Configuration

@Suite struct ConfigValueRangesTests {
  @Test func whatLiesWithinIsGiven() throws {
    let value = try yaml("{a: 3, b: 0.5, c: null}")
    #expect(try value.int(at: "a", in: 0...3, default: 1) == 3)
    #expect(try value.int(at: "c", in: 0...3, default: 7) == 7)
    #expect(try value.int(at: "d", in: 0...3, default: 7) == 7)
    #expect(try value.double(at: "b", "less", where: { $0 < 1 }) == 0.5)
    #expect(try value.double(at: "c", "less", where: { $0 < 1 }) == nil)
  }

  @Test func whatLiesOutsideIsToldWithItsPlace() throws {
    let value = try yaml("{a: 4, b: .nan, c: 9223372036854775807}")
    #expect(
      message { try value.int(at: "a", in: 0...3, default: 1) }
        == "c.yaml:1:5: a is 4, expected 0 to 3")
    #expect(
      message { try value.int(at: "c", in: 0...3, default: 1) }
        == "c.yaml:1:20: c is 9223372036854775807, expected 0 to 3")
    #expect(
      message { try value.int(at: "a", in: 5 ... .max, default: 5) }
        == "c.yaml:1:5: a is 4, expected 5 or more")
    #expect(
      message { try value.double(at: "b", "a number", where: \.isFinite) }
        == "c.yaml:1:11: b is nan, expected a number")
  }

  @Test func numbersInQuotesAreToldHowToBeWritten() throws {
    let value = try yaml("{a: '1e-4', b: 'x'}")
    #expect(
      message { try value.double(at: "a") }
        == "c.yaml:1:5: expected a number for 'a', found the string '1e-4' "
        + "(write it without quotes)")
    #expect(
      message { try value.double(at: "b") }
        == "c.yaml:1:16: expected a number for 'b', found the string 'x'")
  }
}
