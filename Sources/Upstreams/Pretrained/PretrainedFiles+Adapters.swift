import Diagnostics
import Files
import Foundation
import Models
import Weights

extension PretrainedFiles {
  /// What the file with a language's adapters may be called, the best first.
  static func adapterNames(_ language: String) -> [String] {
    ["safetensors", "bin"].map { "adapter.\(language).\($0)" }
  }

  /// Takes a language's adapters in place of those among the weights.
  ///
  /// - Throws: `UserError` that names the languages that there are.
  mutating func takeAdapters(of language: String) throws {
    let folder =
      isFolder(path)
      ? path : path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    let files = Self.adapterNames(language).map { "\(folder)/\($0)" }
    guard let file = files.first(where: { access($0, F_OK) == 0 }) else {
      let others = try Files.names(inFolder: folder).compactMap { name in
        let parts = name.split(separator: ".")
        return parts.count == 3 && parts[0] == "adapter"
          ? String(parts[1]) : nil
      }
      throw UserError(
        "there are no adapters for the language '\(language)'", at: folder,
        fix: others.isEmpty
          ? "get the file \(Self.adapterNames(language)[0]) into the folder"
          : "there are those for " + others.sorted().joined(separator: ", "))
    }
    let opened = try WeightsFile.open(file)
    let adapters = try CanonicalTensors(
      opened,
      names: TensorNames.canonical(opened.names).filter {
        $0.name.contains(".adapter_layer.")
      })
    guard !adapters.names.isEmpty else {
      throw UserError("the file holds no adapters", at: file)
    }
    tensors = OverlaidTensors(above: adapters, below: tensors)
    weightPaths = (weightPaths + [file]).sorted()
  }
}

/// Tensors of two files, of which one comes first.
private struct OverlaidTensors: NamedTensors {
  let above, below: any NamedTensors
  let names: [String]

  init(above: any NamedTensors, below: any NamedTensors) {
    self.above = above
    self.below = below
    names = Set(above.names + below.names).sorted()
  }

  func shape(of name: String) -> [Int]? {
    above.shape(of: name) ?? below.shape(of: name)
  }

  func floats(_ name: String) throws -> [Float] {
    try above.shape(of: name) == nil ? below.floats(name) : above.floats(name)
  }
}
