import Testing

@testable import Configuration

@Suite struct YAMLScalarTests {
  @Test(arguments: [
    "", "~", "null", "Null", "NULL",
  ])
  func null(text: String) throws {
    #expect(try YAMLScalar.resolve(text) == .null)
  }

  @Test(arguments: [
    ("true", true), ("True", true), ("TRUE", true), ("yes", true),
    ("Yes", true), ("YES", true), ("on", true), ("On", true), ("ON", true),
    ("false", false), ("False", false), ("FALSE", false), ("no", false),
    ("No", false), ("NO", false), ("off", false), ("Off", false),
    ("OFF", false),
  ])
  func booleans(text: String, value: Bool) throws {
    #expect(try YAMLScalar.resolve(text) == .bool(value))
  }

  @Test(
    arguments: [
      ("0", 0), ("-0", 0), ("12", 12), ("+12", 12), ("-12", -12),
      ("1_000_000", 1_000_000), ("1_", 1), ("0x1F", 31), ("-0xff", -255),
      ("0x_f", 15), ("0b101", 5), ("0b1_0", 2), ("0o17", 15), ("017", 15),
      ("0_7", 7), ("00", 0), ("1:30", 90), ("-1:30", -90), ("1:30:05", 5405),
      ("190:20:30", 685_230), ("9223372036854775807", .max),
      ("-9223372036854775808", .min),
    ] as [(String, Int64)])
  func integers(text: String, value: Int64) throws {
    #expect(try YAMLScalar.resolve(text) == .integer(value))
  }

  @Test(
    arguments: [
      ("1.0", 1), ("1.", 1), (".5", 0.5), ("-.5", -0.5), ("-1.5", -1.5),
      ("+1.5", 1.5), ("1_0.2_5", 10.25), ("08.5", 8.5), ("1.0e-4", 1e-4),
      ("2.e-4", 2e-4), ("1.0e+3", 1000), ("1.0E+3", 1000), ("1e-4", 1e-4),
      ("1.0e4", 10000), ("1e5", 100_000), ("5E3", 5000), ("-1e-4", -1e-4),
      (".5e1", 5), ("1:30.5", 90.5), ("0:30.5", 30.5), (".inf", .infinity),
      (".Inf", .infinity), ("+.INF", .infinity), ("-.inf", -.infinity),
    ] as [(String, Double)])
  func floats(text: String, value: Double) throws {
    #expect(try YAMLScalar.resolve(text) == .float(value))
  }

  @Test(arguments: [".nan", ".NaN", ".NAN"])
  func notANumber(text: String) throws {
    guard case .float(let value) = try YAMLScalar.resolve(text) else {
      Issue.record("no float")
      return
    }
    #expect(value.isNaN)
  }

  @Test(arguments: [
    "nULL", "tRUE", "y", "n", "Y", "08", "09", "0x", "0xg", "0b2", "0b", "0o8",
    "0X1F", "1a", "-", "+", ".", "_1", "._5", "1e", "1e+", "1e1.5", "1.5.5",
    "--1", "1-2", "1:60", "1:300", "01:30", "1:", ":30", "inf", "nan", "-.nan",
    "2001-12-14", "test-clean", "/a/b", "1 2", "0x_", "<<", "=", "e5", "1,000",
  ])
  func strings(text: String) throws {
    #expect(try YAMLScalar.resolve(text) == .string(text))
  }

  @Test(arguments: [
    "9223372036854775808", "-9223372036854775809", "0xffffffffffffffff",
    "9999999999:00:00:00:00:00:00",
  ])
  func anIntegerBeyond64BitsIsRefused(text: String) {
    #expect(throws: YAMLScalar.OutOfRange.integer) {
      try YAMLScalar.resolve(text)
    }
  }

  @Test func aFloatBeyondTheLargestIsRefused() {
    #expect(throws: YAMLScalar.OutOfRange.float) {
      try YAMLScalar.resolve("1e999")
    }
  }
}
