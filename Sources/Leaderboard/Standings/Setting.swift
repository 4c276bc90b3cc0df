import Records

/// What else decided a result's figures, besides the upstream, the task and
/// the condition.
extension ExperimentResult {
  /// The upstream's name, with how its states were used where that is not
  /// what the protocol says: `hubert (layer 6, float16)`. Each is a row.
  package var rowName: String {
    let features = config["features"]
    var words: [String] = []
    if case .string(let name)? = features?["selection"],
      name != "hidden_states"
    {
      words.append(name)
    } else if case .integer(let layer)? = features?["layer"] {
      words.append("layer \(layer)")
    }
    if features?["normalize"] == .bool(true) { words.append("normalised") }
    if case .string(let type)? = features?["dtype"], type != "float32" {
      words.append(type)
    }
    if isImported { words.append("imported") }
    return words.isEmpty
      ? upstream.name
      : "\(upstream.name) (\(words.joined(separator: ", ")))"
  }

  /// The share of an evaluation split's batches that were heard; nil for all.
  var evaluationShare: Double? {
    switch config["config"]?["runner"]?["evaluate_ratio"] {
    case .number(let share)? where share < 1: share
    default: nil
    }
  }

  /// The task's settings, by key as `-o` spells them.
  var settings: [String: JSONValue] {
    var found: [String: JSONValue] = [:]
    func gather(_ value: JSONValue, _ path: String) {
      guard case .map(let keys) = value else {
        if value != .null { found[path] = value }
        return
      }
      for (key, value) in keys {
        gather(value, path.isEmpty ? key : path + "." + key)
      }
    }
    gather(config["config"] ?? .null, "")
    return found
  }

  /// The keys of settings that differ among results, sorted.
  static func mixedSettings(_ results: [ExperimentResult]) -> [String] {
    guard let first = results.first?.settings, results.count > 1 else {
      return []
    }
    var keys: Set<String> = []
    for other in results.dropFirst().map(\.settings) where other != first {
      keys.formUnion(
        Set(first.keys).union(other.keys).filter { first[$0] != other[$0] })
    }
    return keys.sorted()
  }
}

extension JSONValue {
  fileprivate subscript(key: String) -> JSONValue? {
    if case .map(let keys) = self { keys[key] } else { nil }
  }
}

extension Section {
  /// Cells that were not made as their neighbours were, or as the task itself
  /// would have it.
  static func settingRemarks(_ entries: [Leaderboard.Entry]) -> [String] {
    let tasks = Dictionary(grouping: entries, by: \.result.task.id)
      .sorted { $0.key < $1.key }
    var remarks: [String] = []
    for (task, entries) in tasks {
      let results = entries.map(\.result).filter { $0.status == .done }
      let keys = ExperimentResult.mixedSettings(results)
      if !keys.isEmpty {
        remarks.append(
          "The column of \(task) mixes settings: \(listed(keys)).")
      }
      let hasOneList = Set(results.compactMap(\.listsDigest)).count < 2
      if keys.isEmpty,
        Set(results.compactMap(\.dataDigest)).count > 1 || !hasOneList
      {
        remarks.append("The column of \(task) mixes data.")
      }
      if Set(results.compactMap { $0.versions["numerics"] }).count > 1 {
        remarks.append(
          "The column of \(task) mixes versions of superb that compute"
            + " different numbers.")
      }
      for result in results {
        guard let padded = result.paddedUtterances else { continue }
        remarks.append(
          "\(result.rowName) heard \(padded) utterance"
            + (padded == 1 ? "" : "s") + " of \(task) filled up with silence:"
            + " too short for its first frame.")
      }
      for result in results {
        guard let silent = result.silentUtterances else { continue }
        remarks.append(
          "\(silent) utterance" + (silent == 1 ? "" : "s") + " of \(task)"
            + (silent == 1 ? " is" : " are") + " digital silence.")
        break
      }
      for result in results {
        guard let unsound = result.unsoundSteps else { continue }
        remarks.append(
          "\(result.rowName) had no finite loss or gradient at"
            + " \(unsound.count) of \(result.cost.trainingSteps) steps of"
            + " \(task), first at step \(unsound.first).")
      }
      for entry in entries where !entry.otherSettings.isEmpty {
        remarks.append(
          "\(entry.result.rowName) has other results on \(task) with another"
            + " \(listed(entry.otherSettings)).")
      }
    }
    let own = tasks.filter { task in
      task.value.contains { !($0.result.deviations ?? []).isEmpty }
    }.map(\.key)
    if !own.isEmpty {
      remarks.append(
        "Not with the task's own settings: \(own.joined(separator: ", ")).")
    }
    return remarks
  }

  private static func listed(_ keys: [String]) -> String {
    let shown = keys.prefix(3).joined(separator: ", ")
    return keys.count > 3 ? shown + " and \(keys.count - 3) more" : shown
  }
}
