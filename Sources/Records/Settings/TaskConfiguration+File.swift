import Configuration
import Diagnostics
import Foundation

extension TaskConfiguration {
  /// What `-c` names: a file, or several with commas between them, of which
  /// each is laid over those before it.
  ///
  /// - Throws: `UserError` for a file that is not there or is no YAML.
  package static func root(of files: String) throws -> ConfigValue {
    let exists = FileManager.default.fileExists(atPath: files)
    let names =
      exists ? [files] : files.split(separator: ",").map(String.init)
    return try names.reduce(ConfigValue(.map(ConfigMap()))) {
      $0.merging(
        try ConfigValue.yaml(file: $1.trimmingCharacters(in: .whitespaces)))
    }
  }

  /// The tasks that a file of several tasks has entries for; nil for one
  /// task's configuration.
  package static func tasks(in root: ConfigValue) -> [String]? {
    guard case .map(let map) = root.kind, !map.entries.isEmpty,
      !map.keys.contains(where: sections.contains),
      map.entries.allSatisfy({
        if case .map(let entry) = $0.value.kind {
          return entry.keys.contains(where: sections.contains)
        }
        return $0.value.isNull
      })
    else { return nil }
    return map.keys
  }

  /// The configuration that `-c` says for one task.
  ///
  /// A file of several tasks is laid over the task's own. One that leaves
  /// `runner` empty, as s3prl does where nothing is trained, leaves it to the
  /// task, with an optimizer.
  ///
  /// - Parameters:
  ///   - names: the task's.
  ///   - own: the task's own file.
  package static func value(
    for names: [String], in root: ConfigValue, own: String?
  ) throws -> ConfigValue {
    if let tasks = tasks(in: root) {
      guard let name = tasks.first(where: names.contains),
        let entry = try root.map(at: "")[name]
      else {
        throw UserError(
          "the file says nothing of the task '\(names[0])'",
          at: root.mark?.description,
          fix: "it has " + tasks.joined(separator: ", "))
      }
      let base = try own.map(ConfigValue.yaml) ?? ConfigValue(.map(ConfigMap()))
      return try laid(entry, over: base)
    }
    guard case .map(let runner)? = try root.value(at: "runner")?.kind,
      runner.entries.isEmpty, let own
    else { return root }
    let file = try ConfigValue.yaml(file: own)
    return try ["runner", "optimizer"].reduce(root) { value, key in
      guard let section = try file.value(at: key) else { return value }
      let isThere = try key != "runner" && value.value(at: key) != nil
      return isThere ? value : try value.setting([key], to: section)
    }
  }

  /// - Parameters:
  ///   - files: what `-c` names, in place of the task's own file.
  ///   - settle: what else is made of it, by what the task's own file says.
  package init(
    files: String?, of names: [String], own: String?,
    profile: RunProfile = .full, overrides: [Override],
    settle: (ConfigValue, _ own: ConfigValue) throws -> ConfigValue = {
      root, _ in root
    }
  ) throws {
    guard let files else {
      try self.init(
        file: own, overlay: nil, profile: profile, overrides: overrides)
      return
    }
    let value = try Self.value(
      for: names, in: Self.root(of: files), own: own)
    try self.init(
      base: settle(
        value, own.map(ConfigValue.yaml) ?? ConfigValue(.map(ConfigMap()))),
      profile: profile, overrides: overrides)
  }
}
