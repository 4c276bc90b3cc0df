import Diagnostics
import Foundation
import Tensors
import TestSupport
import Testing

@testable import Weights

struct SafeTensorsTests {
  let folder: TemporaryFolder
  var path: String { folder.file("x.safetensors") }

  init() throws { folder = try TemporaryFolder() }

  func write(header: String, data: [UInt8]) throws {
    var bytes = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) {
      [UInt8]($0)
    }
    bytes += Array(header.utf8) + data
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  /// What the reader says against the file.
  func refusal() throws -> String {
    let error = #expect(throws: UserError.self) {
      _ = try SafeTensors(path: path)
    }
    #expect(error?.location == path)
    return error?.what ?? ""
  }

  @Test func aForeignNameIsCutAndCannotSteerATerminal() throws {
    let long = String(repeating: "x", count: 1 << 20)
    for name in [long, "\\u001b]0;owned\\u0007"] {
      try write(
        header: "{\"\(name)\":{\"dtype\":\"F32\",\"shape\":[1],"
          + "\"data_offsets\":[0,8]}}", data: [UInt8](repeating: 0, count: 8))
      let error = #expect(throws: UserError.self) {
        _ = try SafeTensors(path: path)
      }
      let text = error.map { "\($0)" } ?? ""
      #expect(text.contains("takes 8 bytes") && text.utf8.count < 1_000)
      #expect(!text.unicodeScalars.contains { $0.value < 0x20 })
    }
  }

  func sample() throws -> SafeTensorsWriter {
    var writer = SafeTensorsWriter(
      metadata: ["format": "pt", "say \"hi\"\n": "ünï\\\u{1}🎧"])
    try writer.add("b.weight", shape: [2, 3], floats: [1, -2, 3.5, 0, 5, 6])
    try writer.add("a/steps", shape: [], integers: [-9_000_000_000])
    try writer.add("empty", shape: [0, 7], floats: [])
    try writer.add("z \"quoted\"", .float16, [3]) { sink in
      for value in [Float16(1.5), -2, 65504] {
        try withUnsafeBytes(of: value.bitPattern) { try sink($0) }
      }
    }
    try writer.add("mask", .bool, [3]) { sink in
      try [UInt8]([1, 0, 1]).withUnsafeBytes { try sink($0) }
    }
    return writer
  }

  @Test func whatIsWrittenIsRead() throws {
    try sample().write(to: path)
    let file = try SafeTensors(path: path)
    #expect(
      file.metadata == ["format": "pt", "say \"hi\"\n": "ünï\\\u{1}🎧"])
    #expect(
      file.names == ["a/steps", "b.weight", "empty", "mask", "z \"quoted\""])
    #expect(try file.tensor("b.weight").shape == [2, 3])
    #expect(try file.tensor("b.weight").element == .float32)
    #expect(try file.floats("b.weight") == [1, -2, 3.5, 0, 5, 6])
    #expect(try file.integers("a/steps") == [-9_000_000_000])
    #expect(try file.floats("empty").isEmpty)
    #expect(try file.floats("z \"quoted\"") == [1.5, -2, 65504])
    #expect(try file.integers("mask") == [1, 0, 1])
    #expect(throws: UserError.self) { try file.floats("mask") }
    #expect(throws: UserError.self) { try file.integers("b.weight") }
    let error = #expect(throws: UserError.self) {
      try file.floats("b.weihgt")
    }
    #expect(error?.fix == "did you mean 'b.weight'?")
  }

  @Test func theOrderOfAddingLeavesNoTrace() throws {
    var bytes: Set<Data> = []
    for names in [["a", "b", "c"], ["c", "a", "b"]] {
      var writer = SafeTensorsWriter(metadata: ["x": "1", "y": "2"])
      for name in names { try writer.add(name, shape: [1], floats: [1]) }
      try writer.write(to: path)
      bytes.insert(try Data(contentsOf: URL(fileURLWithPath: path)))
    }
    #expect(bytes.count == 1)
    #expect(folder.files(endingIn: "").count == 1)
  }

  @Test func theBytesAreTheFormats() throws {
    var writer = SafeTensorsWriter(metadata: ["k": "v"])
    try writer.add("t", shape: [2], floats: [1, 2])
    try writer.write(to: path)
    let header =
      #"{"__metadata__":{"k":"v"},"t":{"dtype":"F32","shape":[2],"#
      + #""data_offsets":[0,8]}}"#
    let padding = String(repeating: " ", count: (8 - header.count % 8) % 8)
    let padded = header + padding
    let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
    #expect(bytes[0..<8] == [UInt8(padded.count), 0, 0, 0, 0, 0, 0, 0])
    let end = 8 + padded.count
    #expect(String(decoding: bytes[8..<end], as: UTF8.self) == padded)
    #expect(bytes[end...] == [0, 0, 0x80, 0x3f, 0, 0, 0, 0x40])
  }

  @Test func otherFloatingPointTypesAreWidened() throws {
    try write(
      header: #"{"b":{"dtype":"BF16","shape":[2],"data_offsets":[8,12]},"#
        + #""d":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}"#,
      data: [0, 0, 0, 0, 0, 0, 0xf8, 0x3f, 0x80, 0x3f, 0x40, 0xc0])
    let file = try SafeTensors(path: path)
    #expect(try file.floats("b") == [1, -3])
    #expect(try file.floats("d") == [1.5])
  }

  @Test(arguments: [
    (#"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, "ask for 12"),
    (#"{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}"#, "of 8"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, "no tensor"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, "a gap"),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, "lacks"),
    (#"{"a":{"dtype":"F31","shape":[2],"data_offsets":[0,8]}}"#, "'F31'"),
    (#"{"a":{"dtype":"F32","shape":[2]}}"#, "lacks"),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":1}}"#, "'x'"),
    (#"{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#, "number"),
    (#"{"a":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}}"#, "']'"),
    (#"{"a":{"dtype":"F32","shape":[02],"data_offsets":[0,8]}}"#, "number"),
    (
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"#
        + #""a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, "twice"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"#
        + #""b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, "overlaps"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}}x"#,
      "more than one"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]},"#
        + #""f":{"dtype":"U8","shape":[0],"data_offsets":[9,9]}}"#, "of 8"
    ),
    (
      #"{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"#
        + #""b":{"dtype":"F32","shape":[1],"data_offsets":[3,7]},"#
        + #""c":{"dtype":"U8","shape":[1],"data_offsets":[7,8]}}"#,
      "not aligned"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"#
        + #""data_offsets":[0,0]}}"#, "too large"
    ),
    (
      #"{"a":{"dtype":"F32","shape":[99999999999999999999],"#
        + #""data_offsets":[0,8]}}"#, "too large"
    ),
    (#"{"__metadata__":{"a":1}}"#, "missing"),
    (#"{"__metadata__":{"a":"1","a":"2"}}"#, "twice"),
    (#"{"__metadata__":{},"__metadata__":{}}"#, "twice"),
    (#"["a"]"#, "'{'"), (#"{"a"#, "does not end"), (#"{"a\ud800":1}"#, "half"),
    (#"{"a\q":1}"#, "escape"), ("", "'{'"),
  ])
  func aHeaderThatLiesIsRefused(_ header: String, _ reason: String) throws {
    try write(header: header, data: [UInt8](repeating: 0, count: 8))
    let text = try refusal()
    #expect(text.contains(reason), "\(text)")
  }

  @Test func aHugeHeaderLengthAllocatesNothing() throws {
    for length in [UInt64.max, 1 << 62, 100_000_001, 99_999_999] {
      let bytes = withUnsafeBytes(of: length.littleEndian) { [UInt8]($0) }
      try Data(bytes + Array("{}".utf8)).write(to: URL(fileURLWithPath: path))
      #expect(try refusal().contains("header"))
    }
  }

  @Test func everyTruncationIsRefused() throws {
    try sample().write(to: path)
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    for count in 0..<whole.count {
      try whole.prefix(count).write(to: URL(fileURLWithPath: path))
      _ = try refusal()
    }
    try (whole + [0]).write(to: URL(fileURLWithPath: path))
    #expect(try refusal().contains("no tensor"))
  }

  @Test func rubbishNeverCrashesTheReader() throws {
    try sample().write(to: path)
    let whole = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
    let headerEnd = 8 + Int(whole[0]) + Int(whole[1]) << 8
    let dataBytes = whole.count - headerEnd
    let random = CounterRandom(seed: 2026)
    let alphabet = Array(#"{}[]:,"\0123456789FU-e "#.utf8)
    let deadline = ContinuousClock.now + .seconds(2)
    var accepted: UInt64 = 0
    var round: UInt64 = 0
    while round < 20_000, ContinuousClock.now < deadline {
      func draw(_ bound: Int, _ index: UInt64) -> Int {
        Int(random.integer(below: UInt64(bound), stream: round, index: index))
      }
      var bytes = whole
      for change in 0..<UInt64(1 + draw(3, 0)) {
        let place = 8 + draw(headerEnd - 8, 1 + change)
        switch draw(3, 100 + change) {
        case 0: bytes[place] = UInt8(draw(256, 200 + change))
        case 1: bytes[place] = alphabet[draw(alphabet.count, 200 + change)]
        default: bytes.swapAt(place, 8 + draw(headerEnd - 8, 300 + change))
        }
      }
      let header = bytes[8..<headerEnd].withUnsafeBytes {
        try? SafeTensorsHeader(json: $0, dataBytes: dataBytes)
      }
      round += 1
      guard let header else { continue }
      accepted += 1
      // What is accepted lies within the file.
      for tensor in header.tensors.values {
        #expect(tensor.bytes.upperBound <= dataBytes)
        #expect(
          tensor.shape.reduce(tensor.element.byteCount, *)
            == tensor.bytes.count)
      }
    }
    #expect(round > 100)
    #expect(accepted < round)
  }

  @Test func aTensorThatIsShortLeavesNoFile() throws {
    var writer = SafeTensorsWriter()
    try writer.add("a", .uint8, [5]) { sink in
      try [UInt8]([1, 2]).withUnsafeBytes { try sink($0) }
    }
    #expect(throws: InternalError.self) { try writer.write(to: path) }
    #expect(folder.files(endingIn: "").isEmpty)
    var other = SafeTensorsWriter()
    #expect(throws: InternalError.self) {
      try other.add("a", shape: [3], floats: [1])
    }
  }
}
