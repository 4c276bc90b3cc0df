import Diagnostics
import Models
import Weights

/// A file's tensors under the canonical names, without heads, quantizers and
/// whatever else served training.
struct CanonicalTensors: NamedTensors {
  let names: [String]
  private let file: any TensorFile
  /// The file's name of each tensor.
  private let originals: [String: String]

  /// The tensors of a model that is described as of that `model_type`.
  ///
  /// - Throws: `UserError` if the file has none of such a model.
  init(_ file: any TensorFile, of type: String?) throws {
    guard let names = PretrainedType.names(of: type) else {
      try self.init(file)
      return
    }
    try self.init(file, names: names(file.names))
    guard !self.names.isEmpty else {
      throw UserError(
        "its tensors are not those of a model of type \(type ?? "")",
        at: file.path, fix: "get the weights and config.json of one model")
    }
  }

  /// The tensors of wav2vec 2.0 or of a descendant.
  ///
  /// - Throws: `UserError` if the file has no tensor of such a model, or two
  ///   that would bear the same name.
  init(_ file: any TensorFile) throws {
    try self.init(file, names: TensorNames.canonical(file.names))
    guard names.contains(where: { $0.hasPrefix("encoder.") }),
      names.contains(where: { $0.hasPrefix("feature_extractor.") })
    else {
      let some = file.names.prefix(3).map(\.shown).joined(separator: ", ")
      throw UserError(
        "its tensors are not those of a wav2vec 2.0 model or of a descendant: "
          + (some.isEmpty ? "there are none" : "\(some), …"), at: file.path,
        fix: "known are wav2vec 2.0, HuBERT, WavLM, UniSpeech-SAT, data2vec "
          + "audio and DistilHuBERT, from transformers, fairseq or s3prl")
    }
  }

  /// - Parameter names: the file's names of those tensors that the model
  ///   has, and the canonical ones.
  /// - Throws: `UserError` if two would bear the same name.
  init(
    _ file: any TensorFile, names: [(original: String, name: String)]
  ) throws {
    var originals: [String: String] = [:]
    for (original, name) in names {
      if let other = originals.updateValue(original, forKey: name) {
        throw UserError(
          "the tensors '\(other.shown)' and '\(original.shown)' are the same one, "
            + "'\(name)'", at: file.path)
      }
    }
    self.file = file
    self.originals = originals
    self.names = originals.keys.sorted()
  }

  func shape(of name: String) -> [Int]? {
    originals[name].flatMap { file.shape(of: $0) }
  }

  func floats(_ name: String) throws -> [Float] {
    guard let original = originals[name] else {
      throw UserError(
        "there is no tensor '\(name)'", at: file.path,
        fix: "the weights do not fit their configuration; get both again")
    }
    return try file.floats(original)
  }
}
