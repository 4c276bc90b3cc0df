import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Weights

struct ShardedTensorsTests {
  let folder: TemporaryFolder
  var path: String { folder.file("model.safetensors.index.json") }
  init() throws { folder = try TemporaryFolder() }

  func refusal(_ index: String) throws -> String {
    try Data(index.utf8).write(to: URL(fileURLWithPath: path))
    let error = #expect(throws: UserError.self) {
      try ShardedTensors(path: path)
    }
    return error.map { "\($0)" } ?? ""
  }

  @Test func shardsAreOneFile() throws {
    let sharded = try ShardedTensors(
      path: try WeightFixtures.path("sharded/model.safetensors.index.json"))
    let whole = try SafeTensors(
      path: try WeightFixtures.path("wav2vec2/model.safetensors"))
    #expect(sharded.shardPaths.count == 2)
    #expect(sharded.names == whole.names)
    for name in whole.names {
      #expect(sharded.shape(of: name) == whole.shape(of: name))
      #expect(try sharded.floats(name) == whole.floats(name))
    }
    #expect(throws: UserError.self) { try sharded.floats("none") }
  }

  @Test func aTensorThatIsNotInItsShardIsNamed() throws {
    var writer = SafeTensorsWriter()
    try writer.add("a", shape: [1], floats: [1])
    try writer.write(to: folder.file("one.safetensors"))
    let text = try refusal(
      #"{"weight_map": {"a": "one.safetensors", "b": "one.safetensors"}}"#)
    #expect(text.contains("'b' in one.safetensors"))
    #expect(text.contains(path))
  }

  @Test func aShardThatIsNotThereIsNamed() throws {
    let text = try refusal(#"{"weight_map": {"a": "two.safetensors"}}"#)
    #expect(text.contains("two.safetensors"))
  }

  @Test(arguments: ["../x", "/etc/passwd", "a/b", ".hidden", ""])
  func shardsLieBesideTheIndex(_ file: String) throws {
    let text = try refusal(#"{"weight_map": {"a": "\#(file)"}}"#)
    #expect(text.contains("names the file '\(file)'"))
  }

  @Test func whatIsNoIndexIsRefused() throws {
    for text in [
      "", "[]", "{}", #"{"weight_map": []}"#, #"{"weight_map": {"a": 1}}"#,
      #"{"weight_map": {}}"#, String(repeating: "[", count: 100_000),
    ] {
      #expect(try refusal(text).contains("no proper index"))
    }
  }

  @Test func changedBytesAreReadOrRefused() throws {
    let whole = try WeightFixtures.bytes("sharded/model.safetensors.index.json")
    for name in ["model-00001-of-00002", "model-00002-of-00002"] {
      let file = "\(name).safetensors"
      try FileManager.default.copyItem(
        atPath: try WeightFixtures.path("sharded/\(file)"),
        toPath: folder.file(file))
    }
    var random = SeededGenerator(seed: 5)
    let box = TimeBox()
    while box.isOpen {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] =
          UInt8.random(in: 0...255, using: &random)
      }
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      do {
        let sharded = try ShardedTensors(path: path)
        for name in sharded.names { _ = try sharded.floats(name) }
      } catch is UserError {}
    }
  }
}
