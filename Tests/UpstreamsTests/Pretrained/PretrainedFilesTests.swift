import Diagnostics
import Foundation
import Models
import TestSupport
import Testing
import Weights

@testable import Upstreams

struct PretrainedFilesTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  func open(_ name: String) throws -> PretrainedFiles {
    try PretrainedFiles(path: try WeightFixtures.path(name))
  }

  func fields(_ data: Data?) throws -> [String: Any] {
    let object = try JSONSerialization.jsonObject(with: try #require(data))
    return try #require(object as? [String: Any])
  }

  /// The same tensors, whatever the trainer called them and whichever format
  /// they are in.
  @Test(arguments: [
    ("sharded", "wav2vec2"), ("parametrized", "wav2vec2"),
    ("prefixed", "wav2vec2"), ("double", "wav2vec2"),
    ("fairseq.pt", "wav2vec2"), ("fairseq-legacy.pt", "wav2vec2"),
    ("finetuned.pt", "wav2vec2"), ("s3prl.pt", "wav2vec2"),
    ("wavlm.pt", "wavlm"), ("data2vec.pt", "data2vec"),
  ])
  func everyFormHoldsTheSameTensors(_ form: String, _ reference: String) throws
  {
    let tensors = try open(form).tensors
    let expected = try open(reference).tensors
    #expect(tensors.names == expected.names)
    #expect(expected.names.count > 40)
    for name in expected.names {
      #expect(tensors.shape(of: name) == expected.shape(of: name))
      #expect(try tensors.floats(name) == expected.floats(name), "\(name)")
    }
  }

  /// What a trainer's settings amount to is what transformers writes.
  @Test(arguments: [
    ("fairseq.pt", "wav2vec2"), ("fairseq-legacy.pt", "wav2vec2"),
    ("finetuned.pt", "wav2vec2"), ("s3prl.pt", "wav2vec2"),
    ("wavlm.pt", "wavlm"), ("data2vec.pt", "data2vec"),
  ])
  func trainersSettingsBecomeAConfiguration(
    _ form: String, _ reference: String
  ) throws {
    let settings = try fields(try open(form).configuration)
    let expected = try fields(try open(reference).configuration)
    // data2vec's stack of convolutions always has a norm over channels, and
    // its configuration has no field for it.
    let own =
      reference == "data2vec"
      ? ["feat_extract_norm", "do_stable_layer_norm"] : []
    for (key, value) in settings where !own.contains(key) {
      #expect("\(value)" == "\(expected[key] ?? "missing")", "\(key)")
    }
    let normalizes = try fields(try open(form).preprocessor)["do_normalize"]
    #expect(normalizes as? Bool == (reference == "data2vec"))
  }

  @Test func distilHuBERTKeepsItsHeads() throws {
    let files = try open("distilhubert.ckpt")
    let expected = try open("distilled").tensors
    let heads = files.tensors.names.filter { $0.hasPrefix("output_layer.") }
    #expect(heads.count == 4)
    #expect(
      files.tensors.names.filter { !heads.contains($0) } == expected.names)
    for name in expected.names {
      #expect(try files.tensors.floats(name) == expected.floats(name))
    }
    let settings = try fields(files.configuration)
    #expect(settings["model_type"] as? String == "distilhubert")
    #expect(settings["num_prediction_heads"] as? Int == 3)
    #expect(settings["prediction_intermediate_size"] as? Int == 16)
    #expect(settings["feat_proj_layer_norm"] as? Bool == false)
  }

  @Test func aFileTakesTheConfigurationBesideIt() throws {
    let whole = try open("wav2vec2")
    let file = try open("wav2vec2/model.safetensors")
    #expect(file.configuration == whole.configuration)
    #expect(file.preprocessor == whole.preprocessor)
    #expect(file.preprocessor != nil)
    #expect(whole.licence == "apache-2.0")
    #expect(
      whole.weightPaths == [
        try WeightFixtures.path("wav2vec2/model.safetensors")
      ])
    #expect(try open("sharded").weightPaths.count == 3)
  }

  @Test func whatIsMissingIsNamed() throws {
    func refusal(_ path: String) -> String {
      let error = #expect(throws: UserError.self) {
        try PretrainedFiles(path: path)
      }
      return error.map { "\($0)" } ?? ""
    }
    #expect(refusal(folder.file("none")).contains("no such file or folder"))
    let empty = refusal(folder.path)
    #expect(empty.contains("no config.json"))
    #expect(empty.contains("model.safetensors or "))
    #expect(empty.contains("pytorch_model.bin"))
    let weights = folder.file("model.safetensors")
    try FileManager.default.copyItem(
      atPath: try WeightFixtures.path("wav2vec2/model.safetensors"),
      toPath: weights)
    #expect(refusal(weights).contains("no config.json beside them"))
    #expect(refusal(folder.path).contains("has no config.json"))
    #expect(!refusal(folder.path).contains("no model.safetensors"))
    try FileManager.default.moveItem(
      atPath: weights, toPath: folder.file("x.pt"))
    #expect(refusal(folder.path).contains(folder.file("x.pt")))
  }

  @Test func anotherModelsTensorsAreRefused() throws {
    var writer = SafeTensorsWriter()
    try writer.add("bert.embeddings", shape: [1], floats: [1])
    try writer.write(to: folder.file("model.safetensors"))
    try Data("{}".utf8).write(
      to: URL(fileURLWithPath: folder.file("config.json")))
    let error = #expect(throws: UserError.self) {
      try PretrainedFiles(path: folder.path)
    }
    #expect(error?.what.contains("bert.embeddings") == true)
  }

  @Test func theSameTensorTwiceIsRefused() throws {
    var writer = SafeTensorsWriter()
    let name = "encoder.pos_conv_embed.conv"
    for end in ["weight_g", "parametrizations.weight.original0"] {
      try writer.add("\(name).\(end)", shape: [1], floats: [1])
    }
    try writer.write(to: folder.file("model.safetensors"))
    try Data("{}".utf8).write(
      to: URL(fileURLWithPath: folder.file("config.json")))
    let error = #expect(throws: UserError.self) {
      try PretrainedFiles(path: folder.path)
    }
    #expect(error?.what.contains("\(name).weight_g") == true)
  }
}
