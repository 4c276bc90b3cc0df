import Diagnostics
import Files
import Foundation
import Models
import Weights

/// A pretrained model as it lies on the disk: its configuration, and its
/// weights under the canonical names.
///
/// Opening maps the weights and reads none of them.
struct PretrainedFiles: Sendable {
  /// The folder or file that the user would name.
  var path: String
  /// `config.json`, or what a trainer's settings amount to.
  var configuration: Data
  /// `preprocessor_config.json`, or what a trainer's settings amount to; nil
  /// if there is none.
  var preprocessor: Data?
  var tensors: any NamedTensors
  /// Every file with weights, sorted.
  var weightPaths: [String]
  /// What the user chose of it.
  var options = PretrainedOptions()
  /// From the model card, if there is one.
  var licence: String?

  /// The configuration's `model_type`.
  var architecture: String? { Self.architecture(in: configuration) }

  private static func architecture(in configuration: Data) -> String? {
    struct Fields: Decodable { var model_type: String? }
    return try? JSONDecoder().decode(Fields.self, from: configuration)
      .model_type
  }

  static let configurationName = "config.json"
  static let preprocessorName = "preprocessor_config.json"
  static let cardName = "README.md"
  /// What weights are called, the best first.
  static let weightNames = [
    "model.safetensors", "model.safetensors.index.json", "pytorch_model.bin",
    "pytorch_model.bin.index.json",
  ]

  /// A short text file, or nil if it is not there.
  private static func small(_ path: String) throws -> Data? {
    guard access(path, F_OK) == 0 else { return nil }
    let file = try RawFile(path, O_RDONLY)
    if let data = try file.content(upTo: 4 << 20) { return data }
    throw UserError(
      "the file is \(try file.size()) bytes long, too long", at: path)
  }
}

extension PretrainedFiles {
  /// Opens a folder as `save_pretrained` writes it, or a file of weights with
  /// such a `config.json` beside it or its trainer's settings inside.
  ///
  /// - Throws: `UserError` that says what was looked for.
  init(path: String) throws {
    guard access(path, F_OK) == 0 else {
      throw UserError(
        "there is no such file or folder", at: path,
        fix: "name a folder with config.json and weights, a file with weights, "
          + "or a model of the hub as organisation/name")
    }
    if isFolder(path) {
      try self.init(folder: path)
    } else {
      try self.init(file: path)
    }
  }

  private init(folder: String) throws {
    let weights = Self.weightNames.first {
      access("\(folder)/\($0)", F_OK) == 0
    }
    let hasConfiguration =
      access("\(folder)/\(Self.configurationName)", F_OK) == 0
    guard hasConfiguration, let weights else {
      let missing =
        (hasConfiguration ? [] : [Self.configurationName])
        + (weights == nil ? [Self.weightNames.joined(separator: " or ")] : [])
      let others = try Files.names(inFolder: folder).filter {
        $0.hasSuffix(".pt") || $0.hasSuffix(".ckpt")
      }
      throw UserError(
        "the folder has no " + missing.joined(separator: ", and no "),
        at: folder,
        fix: others.first.map {
          "for a trainer's checkpoint name the file, "
            + "\(folder)/\($0)"
        }
          ?? "name a folder as transformers' save_pretrained writes it")
    }
    try self.init(
      path: folder, folder: folder,
      file: try WeightsFile.open("\(folder)/\(weights)"))
  }

  private init(file path: String) throws {
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    guard TorchCheckpoint.isCheckpoint(path) else {
      try self.init(
        path: path, folder: folder, file: try WeightsFile.open(path))
      return
    }
    let checkpoint = try TorchCheckpoint(path: path)
    guard let trained = try TrainerCheckpoint.read(checkpoint) else {
      let content = checkpoint.content["state_dict"] ?? checkpoint.content
      try self.init(
        path: path, folder: folder,
        file: TorchTensors(checkpoint, in: content))
      return
    }
    self.init(
      path: path, configuration: trained.configuration,
      preprocessor: trained.preprocessor, tensors: trained.tensors,
      weightPaths: [path])
  }

  private init(path: String, folder: String, file: any TensorFile) throws {
    guard
      let configuration = try Self.small("\(folder)/\(Self.configurationName)")
    else {
      throw UserError(
        "there are weights but no \(Self.configurationName) beside them, and "
          + "no settings of a trainer inside", at: path,
        fix: "put the model's \(Self.configurationName) into the same folder")
    }
    let tensors = try CanonicalTensors(
      file, of: Self.architecture(in: configuration))
    let shards = (file as? ShardedTensors)?.shardPaths ?? []
    self.init(
      path: path, configuration: configuration,
      preprocessor: try Self.small("\(folder)/\(Self.preprocessorName)"),
      tensors: tensors, weightPaths: ([file.path] + shards).sorted(),
      licence: try Self.small("\(folder)/\(Self.cardName)")
        .flatMap(ModelCard.licence))
  }
}
