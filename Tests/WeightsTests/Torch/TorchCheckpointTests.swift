import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Weights

struct TorchCheckpointTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  func reference() throws -> SafeTensors {
    try SafeTensors(path: try WeightFixtures.path("wav2vec2/model.safetensors"))
  }

  func refusal(_ bytes: [UInt8]) throws -> String {
    let path = folder.file("x.pt")
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    let error = #expect(throws: UserError.self) {
      try TorchCheckpoint(path: path)
    }
    #expect(error?.location == path)
    return error?.what ?? ""
  }

  @Test func halfPrecisionIsReadAsWritten() throws {
    let reference = try reference()
    for (name, accuracy) in [
      ("half/pytorch_model.bin", Float(1) / 1024),
      ("bfloat16/model.safetensors", Float(1) / 128),
    ] {
      let file = try WeightsFile.open(try WeightFixtures.path(name))
      #expect(file.names == reference.names)
      for name in reference.names {
        #expect(file.shape(of: name) == reference.shape(of: name))
        let pairs = zip(try file.floats(name), try reference.floats(name))
        #expect(pairs.allSatisfy { abs($0 - $1) <= accuracy * abs($1) + 1e-7 })
      }
    }
  }

  @Test func theOlderFormatAndStridesAreRead() throws {
    let reference = try reference()
    let file = try WeightsFile.open(
      try WeightFixtures.path("double/pytorch_model.bin"))
    #expect(file.names == reference.names)
    for name in reference.names {
      #expect(try file.floats(name) == reference.floats(name))
    }
  }

  @Test func aMissingTensorBringsTheNearest() throws {
    let path = try WeightFixtures.path("half/pytorch_model.bin")
    let file = try WeightsFile.open(path)
    let error = #expect(throws: UserError.self) {
      try file.floats("encoder.layer_norm.weihgt")
    }
    #expect(error?.location == path)
    #expect(error?.fix == "did you mean 'encoder.layer_norm.weight'?")
  }

  @Test(arguments: [
    "fairseq.pt", "fairseq-legacy.pt", "half/pytorch_model.bin",
    "double/pytorch_model.bin",
  ])
  func aFileCutShortIsRefused(_ name: String) throws {
    let whole = try WeightFixtures.bytes(name)
    for share in [0.1, 0.5, 0.9, 0.999] {
      let bytes = Array(whole.prefix(Int(Double(whole.count) * share)))
      #expect(try refusal(bytes).contains("no proper PyTorch file"))
    }
  }

  @Test func aFlippedBitOfANumberIsRefusedWhereItIsRead() throws {
    var bytes = try WeightFixtures.bytes("half/pytorch_model.bin")
    let path = folder.file("x.bin")
    func open() throws -> (TorchCheckpoint, TorchTensors) {
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      let checkpoint = try TorchCheckpoint(path: path)
      return (checkpoint, TorchTensors(checkpoint, in: checkpoint.content))
    }
    let (checkpoint, whole) = try open()
    let (name, node) = try #require(
      checkpoint.content.entries.first { checkpoint.tensor($0.1) != nil })
    let place = try #require(checkpoint.tensor(node)?.bytes.lowerBound)
    for other in whole.names { _ = try whole.floats(other) }
    bytes[place] ^= 1
    let (_, damaged) = try open()
    let error = #expect(throws: UserError.self) { try damaged.floats(name) }
    #expect(error?.what.contains("is damaged, its checksum differs") == true)
    #expect(error?.location == path)
    // What is not read may be damaged.
    let other = try #require(damaged.names.first { $0 != name })
    #expect(try damaged.floats(other) == whole.floats(other))
  }

  @Test func aFlippedBitOfThePickleIsRefused() throws {
    var bytes = try WeightFixtures.bytes("half/pytorch_model.bin")
    let mark = Array("FloatStorage".utf8) + Array("q".utf8)
    let text = Array("HalfStorage".utf8)
    let place = try #require(
      bytes.indices.first {
        bytes[$0...].starts(with: text) || bytes[$0...].starts(with: mark)
      })
    bytes[place] ^= 1
    #expect(try refusal(bytes).contains("checksum differs"))
  }

  @Test func whatADownloadLeftInsteadIsNamed() throws {
    for (name, text, what) in [
      (
        "pytorch_model.bin", "\n<!DOCTYPE html>\n<html>404</html>",
        "a web page"
      ),
      (
        "pytorch_model.bin",
        "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n",
        "a pointer of Git LFS"
      ),
      (
        "model.safetensors",
        "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n",
        "a pointer of Git LFS"
      ),
      ("pytorch_model.bin", "neither nor, whatever", "no proper PyTorch file"),
      ("model.safetensors", "neither nor, whatever", "no proper safetensors"),
    ] {
      let path = folder.file(name)
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      let error = #expect(throws: UserError.self) {
        try WeightsFile.open(path)
      }
      #expect(
        error?.what.contains(what) == true, "\(String(describing: error))")
      #expect(error?.location == path)
    }
  }

  @Test func whatANameOfACheckpointIsDoesNotMatter() throws {
    let path = folder.file("model.safetensors")
    try Data(try WeightFixtures.bytes("half/pytorch_model.bin"))
      .write(to: URL(fileURLWithPath: path))
    #expect(try WeightsFile.open(path).names == reference().names)
  }

  @Test func somethingElseIsNoCheckpoint() throws {
    #expect(try refusal([]).contains("neither a zip archive"))
    #expect(
      try refusal(Array("hello, world, here I am".utf8)).contains("neither"))
    #expect(!TorchCheckpoint.isCheckpoint(folder.path + "/none"))
  }

  /// Whatever bytes are changed, the file is read or refused; what is read
  /// gives as many values as its shape says.
  @Test(arguments: [
    "fairseq.pt", "fairseq-legacy.pt", "finetuned.pt",
    "double/pytorch_model.bin",
  ])
  func changedBytesAreReadOrRefused(_ name: String) throws {
    let whole = try WeightFixtures.bytes(name)
    // What matters lies at the ends: pickle and directory.
    var random = SeededGenerator(seed: 7)
    let path = folder.file("x.pt")
    let box = TimeBox()
    var rounds = 0
    while box.isOpen {
      rounds += 1
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let span = Bool.random(using: &random) ? 6000 : whole.count
        let offset = Int.random(in: 0..<min(span, whole.count), using: &random)
        let place =
          Bool.random(using: &random) ? offset : whole.count - 1 - offset
        bytes[place] =
          Bool.random(using: &random)
          ? [0, 1, 0x7f, 0x80, 0xff].randomElement(using: &random) ?? 0
          : UInt8.random(in: 0...255, using: &random)
      }
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      do {
        let checkpoint = try TorchCheckpoint(path: path)
        let weights = checkpoint.content["model"] ?? checkpoint.content
        let tensors = TorchTensors(checkpoint, in: weights)
        for name in tensors.names {
          let count = tensors.shape(of: name)?.reduce(1, *)
          if let floats = try? tensors.floats(name) {
            #expect(floats.count == count)
          }
        }
      } catch is UserError {}
    }
    #expect(rounds > 10)
  }
}
