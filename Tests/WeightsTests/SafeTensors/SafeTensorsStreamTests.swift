import Diagnostics
import Files
import Foundation
import Tensors
import TestSupport
import Testing

@testable import Weights

struct SafeTensorsStreamTests {
  let folder: TemporaryFolder
  var path: String { folder.file("x.safetensors") }
  /// What a stream that was stopped leaves.
  var partial: String { path + ".partial" }

  init() throws { folder = try TemporaryFolder() }

  static let names = ["a", "]}b\"\\", "ü", "d"]
  static let subject = DigestHasher().finish()

  static func stream(_ path: String) throws -> SafeTensorsStream {
    try SafeTensorsStream(
      path: path, subject: subject, names: names, metadata: ["k": "v"])
  }

  static func values(_ index: Int) -> [Float] {
    (0..<(index + 1) * 6).map { Float(index * 100 + $0) }
  }

  /// Appends what is missing of the first `count` tensors.
  ///
  /// - Returns: how many were.
  static func append(
    _ count: Int, to stream: inout SafeTensorsStream
  ) throws -> Int {
    let missing = (0..<count).filter { !stream.names.contains(names[$0]) }
    for index in missing {
      try stream.append(
        names[index], shape: [2, 3, index + 1], floats: values(index))
    }
    return missing.count
  }

  func write(upTo count: Int) throws -> Int {
    var stream = try Self.stream(path)
    let missing = try Self.append(count, to: &stream)
    if count == Self.names.count { try stream.commit() } else { stream.stop() }
    return missing
  }

  func expectWhole() throws {
    let file = try SafeTensors(path: path)
    #expect(file.names == Self.names.sorted())
    #expect(file.metadata == ["k": "v"])
    for (index, name) in Self.names.enumerated() {
      #expect(try file.tensor(name).shape == [2, 3, index + 1])
      #expect(try file.floats(name) == Self.values(index))
    }
  }

  @Test func tensorsAreWrittenOneByOne() throws {
    #expect(try write(upTo: 4) == 4)
    try expectWhole()
    #expect(folder.files(endingIn: "").count == 1)
  }

  @Test func aStreamThatWasStoppedIsGoneOnWith() throws {
    #expect(try write(upTo: 4) == 4)
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(try write(upTo: 1) == 1)
    #expect(try write(upTo: 3) == 2)
    #expect(throws: UserError.self) { try SafeTensors(path: partial) }
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == whole)
    #expect(try write(upTo: 4) == 1)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == whole)
  }

  /// What is not recorded counts as not written.
  @Test func aProcessThatIsKilledLosesLittle() async throws {
    setenv("SUPERB_TEST_STREAM", path, 1)
    await #expect(processExitsWith: .signal(SIGKILL)) {
      let path = String(cString: getenv("SUPERB_TEST_STREAM"))
      var stream = try SafeTensorsStreamTests.stream(path)
      _ = try SafeTensorsStreamTests.append(2, to: &stream)
      try stream.record()
      _ = try SafeTensorsStreamTests.append(3, to: &stream)
      kill(getpid(), SIGKILL)
    }
    #expect(try write(upTo: 4) == 2)
    try expectWhole()
  }

  @Test func twoWritersOfOneFileAreToldSo() throws {
    var first = try Self.stream(path)
    let error = #expect(throws: UserError.self) {
      _ = try Self.stream(path)
    }
    #expect(error?.what.contains("another process") == true)
    first.stop()
    #expect(try write(upTo: 4) == 4)
  }

  @Test func damageOfWhatWasStoppedNeverGetsIntoTheFile() throws {
    let random = CounterRandom(seed: 5)
    let time = TimeBox()
    var round: UInt64 = 0
    var begun = 0
    while time.isOpen {
      func draw(_ bound: Int, _ index: UInt64) -> Int {
        Int(random.integer(below: UInt64(bound), stream: round, index: index))
      }
      #expect(try write(upTo: 3) == 3)
      var data = try Data(contentsOf: URL(fileURLWithPath: partial))
      // The header and its lengths; tensors have no checksum.
      let header = data.count - Self.values(0).count * 6 * 4
      for change in 0..<UInt64(1 + draw(3, 0)) {
        data[draw(header, 1 + change)] = UInt8(draw(256, 10 + change))
      }
      if draw(4, 20) == 0 { data.removeLast(draw(data.count, 21)) }
      try data.write(to: URL(fileURLWithPath: partial))
      let missing = try write(upTo: 4)
      if missing == 4 { begun += 1 }
      try expectWhole()
      try FileManager.default.removeItem(atPath: path)
      round += 1
    }
    #expect(round > 10 && begun > 0)
  }
}
