import Configuration
import Diagnostics
import Files
import Foundation
import Records
import Synchronization

/// A configuration that was written for s3prl, as `-c` takes it: keys that
/// have another name here, and places that are of another machine or another
/// working folder.
///
/// What a task knows by s3prl's name stays as it is, and nothing is changed
/// in silence.
struct FamiliarConfiguration {
  /// The file that the paths are written in.
  let file: String
  /// The task's own configuration, which says what it knows.
  let own: ConfigValue
  /// Those of the task that the benchmark names, with their folders.
  let corpora: [String: String]

  /// Below `downstream_expert`: s3prl's key, and the one here.
  private static let renamed = [
    ("modelrc.concat_n_frames", "modelrc.concat"),
    ("modelrc.input_dim", "modelrc.frame_dim"),
    ("modelrc.module_config.XVector.agg_dim", "modelrc.pooled_dim"),
    ("modelrc.LossConfig.AMSoftmaxLoss.s", "modelrc.scale"),
    ("modelrc.LossConfig.AMSoftmaxLoss.m", "modelrc.margin"),
    ("datarc.vad_config.min_sec", "datarc.min_timestep"),
  ]

  /// Lists of trials, which the task's file does not name.
  private static let lists = [
    ("datarc.test_meta_data", "datarc.test_trials"),
    ("datarc.dev_meta_data", "datarc.dev_trials"),
  ]

  /// Places of corpora: where the path leads nowhere, and the benchmark names
  /// one of the corpora, the task takes that.
  private static let roots: [(key: String, corpora: [String])] = [
    ("datarc.libri_root", ["librispeech"]),
    ("corpus.path", ["librispeech", "audio_snips"]),
    ("datarc.file_path", ["fluent_speech_commands", "voxceleb1"]),
    ("datarc.root", ["iemocap"]),
    ("datarc.speech_commands_root", ["speech_commands"]),
    ("datarc.speech_commands_test_root", ["speech_commands_test"]),
    ("datarc.dataset_root", ["quesst2014"]),
    ("loaderrc.train_dir", ["libri2mix"]), ("loaderrc.dev_dir", ["libri2mix"]),
    ("loaderrc.test_dir", ["libri2mix"]),
  ]

  /// Files of s3prl's own tree, or made by its scripts, that a task does
  /// without.
  private static let aids = [
    "datarc.bucket_file", "datarc.phone_path", "datarc.meta_data",
    "text.slots_file", "datarc.test_trials", "datarc.dev_trials",
    "datarc.test_meta_data", "datarc.dev_meta_data",
  ]

  /// - Parameter tell: told of each change.
  func read(
    _ root: ConfigValue, tell: (String) -> Void
  ) throws -> ConfigValue {
    var value = try renaming(root)
    for (key, names) in Self.roots {
      let known = names.filter { corpora[$0] != nil }
      value = try placing(key, in: value, tell) { _ in
        known.first.map { "the corpus '\($0)' of the benchmark is taken" }
      }
    }
    for key in Self.aids {
      value = try placing(key, in: value, tell) { path in
        let isPlaceholder =
          !path.hasPrefix("/") || path.hasPrefix("/path/to/")
        return isPlaceholder ? "the task does without" : nil
      }
    }
    return try placingLexicon(in: value, tell)
  }

  /// The lexicons in the benchmark's folder of them, by their files' names,
  /// where they are not where the file says.
  private func placingLexicon(
    in root: ConfigValue, _ tell: (String) -> Void
  ) throws -> ConfigValue {
    let key = "corpus.lexicon"
    guard let found = value(key, in: root), case .list(let items) = found.kind
    else { return root }
    let folder = corpora["librispeech_lexicon"]
    let placed = items.map { item -> ConfigValue in
      guard case .string(let text) = item.kind, text.contains("/") else {
        return item
      }
      if let place = place(of: text) {
        return ConfigValue(.string(place), mark: item.mark)
      }
      let name = (text as NSString).lastPathComponent
      guard let folder, access(folder + "/" + name, F_OK) == 0 else {
        return item
      }
      tell(
        (item.mark.map { "\($0): " } ?? "") + "there is no \(text) for"
          + " '\(key)': that of the benchmark's corpus 'librispeech_lexicon' is"
          + " taken")
      return ConfigValue(.string(name), mark: item.mark)
    }
    return try root.setting(
      path(key), to: ConfigValue(.list(placed), mark: found.mark))
  }

  private func path(_ key: String) -> [String] {
    [TaskConfiguration.expertSection]
      + key.split(separator: ".").map(String.init)
  }

  private func value(_ key: String, in root: ConfigValue) -> ConfigValue? {
    (try? root.value(at: path(key).joined(separator: "."))) ?? nil
  }

  private func renaming(_ root: ConfigValue) throws -> ConfigValue {
    try (Self.renamed + Self.lists).reduce(root) { root, names in
      let (old, new) = names
      let isList = Self.lists.contains { $0.0 == old }
      guard let found = value(old, in: root), value(new, in: root) == nil,
        value(old, in: own) == nil,
        isList || Self.isKnown(new, in: own, at: path(new))
      else { return root }
      var left = root.removing(path(old))
      // A section that has held nothing else says nothing.
      let above = old.split(separator: ".").dropLast().joined(separator: ".")
      if case .map(let map)? = value(above, in: left)?.kind, map.entries.isEmpty
      {
        left = left.removing(path(above))
      }
      return try left.setting(path(new), to: found)
    }
  }

  /// Whether the task's file has the key. A lower bound that the task shares
  /// with s3prl may stand there or not.
  private static func isKnown(
    _ key: String, in own: ConfigValue, at path: [String]
  ) -> Bool {
    ((try? own.value(at: path.joined(separator: "."))) ?? nil) != nil
  }

  /// Leaves a path that leads somewhere, from here or from a folder above the
  /// file; else takes it out if `instead` says what is done without it.
  private func placing(
    _ key: String, in root: ConfigValue, _ tell: (String) -> Void,
    instead: (String) -> String?
  ) throws -> ConfigValue {
    guard let found = value(key, in: root), case .string(let text) = found.kind
    else { return root }
    if let place = place(of: text) {
      return try place == text
        ? root
        : root.setting(
          path(key), to: ConfigValue(.string(place), mark: found.mark))
    }
    guard let reason = instead(text) else { return root }
    tell(
      (found.mark.map { "\($0): " } ?? "")
        + "there is no \(text) for '\(key)': \(reason)")
    return root.removing(path(key))
  }

  /// Where a path leads, which is as it is if that is somewhere from here or
  /// not known yet, and from a folder above the file otherwise; nil if nowhere.
  private func place(of text: String) -> String? {
    let place = (text as NSString).expandingTildeInPath
    if access(place, F_OK) == 0 || text.contains("$") { return text }
    guard !place.hasPrefix("/") else { return nil }
    var folder = (file as NSString).deletingLastPathComponent
    if !folder.hasPrefix("/") {
      folder = FileManager.default.currentDirectoryPath + "/" + folder
    }
    while folder.count > 1 {
      let whole = (folder + "/" + place as NSString).standardizingPath
      if access(whole, F_OK) == 0 { return whole }
      folder = (folder as NSString).deletingLastPathComponent
    }
    return nil
  }

  private static let told = Mutex<Set<String>>([])

  /// Says something once, however many cells it is about.
  static func tellOnce(_ text: String) {
    if told.withLock({ $0.insert(text).inserted }) {
      StandardError.note(text)
    }
  }
}
