import Diagnostics
import Foundation
import Weights

/// Finds the weights that a user names, and fetches what is not on this
/// machine.
struct PretrainedLocator: Sendable {
  var catalogue = PretrainedCatalogue.standard
  var settings = HubSettings()
  /// Told of every piece that a download brings.
  var progress: @Sendable (HubProgress) -> Void = { _ in }

  /// Whether a name is that of a pretrained model.
  func recognizes(_ name: String) -> Bool {
    source(name) != nil
  }

  /// What is meant by a name, apart from its options.
  private func source(_ name: String) -> PretrainedSource? {
    PretrainedSource(PretrainedOptions.split(name).name, catalogue: catalogue)
  }

  /// Whether a model needs no file from elsewhere. A path never does: what is
  /// not there is nowhere.
  func isAtHand(_ name: String) -> Bool {
    switch source(name) {
    case .path?: true
    case .hub(let reference, let entry)?:
      isCached(reference, file: entry?.file)
    case nil: false
    }
  }

  /// Where a model's files are on this machine, or are looked for.
  func place(_ name: String) -> String? {
    switch source(name) {
    case .path(let path)?: path
    case .hub(let reference, let entry)?:
      place(of: reference, file: entry?.file)
    case nil: nil
    }
  }

  private func place(of reference: HubReference, file: String?) -> String {
    let model = HubModel(reference, settings: settings)
    if isCached(reference, file: file), let commit = model.commit {
      let folder = model.cache.snapshot(commit)
      return file.map { "\(folder)/\($0)" } ?? folder
    }
    let address = "\(settings.endpoint)/\(reference.id)"
    return "\(model.cache.folder), else "
      + (file.map { "\(address) (\($0))" } ?? address)
  }

  /// The files of a model, once they are on this machine.
  ///
  /// - Throws: `UserError` that says where they were looked for.
  func find(_ name: String) throws -> PretrainedFiles {
    let options = try PretrainedOptions(in: name)
    var files = try findFiles(name, language: options.language)
    files.options = options
    if let language = options.language {
      try files.takeAdapters(of: language)
    }
    return files
  }

  private func findFiles(
    _ name: String, language: String?
  ) throws -> PretrainedFiles {
    switch source(name) {
    case .path(let path)?: return try PretrainedFiles(path: path)
    case .hub(let reference, let entry)?:
      // s3prl goes by the model alone in what it does to samples; the hub's
      // preprocessors differ from it.
      let isPlain = entry != nil && entry?.file == nil
      var files = try fetch(
        reference, file: entry?.file, wantsPreprocessor: !isPlain,
        language: language)
      if isPlain { files.preprocessor = nil }
      files.licence = entry?.licence ?? files.licence
      return files
    case nil:
      throw UserError(
        "'\(name)' names no pretrained model",
        fix: "name a model of the hub as organisation/name, or a folder")
    }
  }

  private func isCached(_ reference: HubReference, file: String?) -> Bool {
    let model = HubModel(reference, settings: settings)
    if let file { return model.cached(file) != nil }
    guard model.cached(PretrainedFiles.configurationName) != nil,
      let weights = PretrainedFiles.weightNames.lazy
        .compactMap({ model.cached($0) }).first
    else { return false }
    guard weights.hasSuffix(".index.json") else { return true }
    let map = (try? ShardedTensors.readMap(weights)) ?? [:]
    return Set(map.values).allSatisfy { model.cached($0) != nil }
  }

  private func fetch(
    _ reference: HubReference, file: String?, wantsPreprocessor: Bool,
    language: String?
  ) throws -> PretrainedFiles {
    let model = HubModel(reference, settings: settings, progress: progress)
    let place = "\(settings.endpoint)/\(reference.id)"
    if let file {
      guard let path = try model.path(of: file) else {
        throw UserError("the hub has no file '\(file)' there", at: place)
      }
      return try PretrainedFiles(path: path)
    }
    guard
      let configuration = try model.path(of: PretrainedFiles.configurationName)
    else {
      throw UserError(
        "the model has no \(PretrainedFiles.configurationName): it is not one "
          + "of transformers'", at: place,
        fix: "for a trainer's checkpoint get the file and name it")
    }
    // What is here already is taken before the hub is asked for better.
    var weights = PretrainedFiles.weightNames.lazy
      .compactMap { model.cached($0) }.first
    for name in PretrainedFiles.weightNames where weights == nil {
      weights = try model.path(of: name)
    }
    guard let weights else {
      throw UserError(
        "the model has no weights of a known format", at: place,
        fix: "known are " + PretrainedFiles.weightNames.joined(separator: ", "))
    }
    if weights.hasSuffix(".index.json") {
      for shard in Set(try ShardedTensors.readMap(weights).values).sorted() {
        guard try model.path(of: shard) != nil else {
          throw UserError(
            "the model has no '\(shard)', which its index promises", at: place)
        }
      }
    }
    if let language {
      for name in PretrainedFiles.adapterNames(language) {
        if try model.path(of: name) != nil { break }
      }
    }
    if wantsPreprocessor {
      _ = try model.path(of: PretrainedFiles.preprocessorName)
    }
    if model.hasDownloaded {
      // Of use to people alone, so that its lack is no failure.
      _ = try? model.path(of: PretrainedFiles.cardName)
    }
    let folder = configuration.dropLast(
      PretrainedFiles.configurationName.count + 1)
    return try PretrainedFiles(path: String(folder))
  }
}
