import Configuration
import Diagnostics
import Foundation
import Records

/// What `benchmark.yaml` says: upstreams, tasks, corpora, and how to run them.
package struct Benchmark: Sendable {
  /// Names the folder below `runs` that the results go to.
  package var name = "default"
  package var seed: UInt64 = 1337
  /// The folder of results.
  package var runs = "runs"
  /// Where built tasks and hidden states are kept.
  package var cache: String?
  package var upstreams: [String] = []
  /// Task ids in the order of the leaderboard's columns.
  package var tasks: [String] = []
  /// Per task, what is laid over its own configuration.
  package var overrides: [String: ConfigValue] = [:]
  /// Corpus roots by name.
  package var corpora: [String: String] = [:]
  /// Tables of the user's own, by the names of the tasks that they make.
  package var data: [String: LabelledData] = [:]
  package var feature = FeatureSelection()
  /// How upstreams are trained along with the heads; nil if they are frozen.
  package var fineTuning: FineTuning?
  /// Whether the heads of an upstream train in one process, in turn.
  package var isMultitask = false
  /// What the file says of options of `superb run` that have no member of
  /// their own here, by their names.
  package var options: [String: ConfigValue] = [:]
  /// What the file says of the cluster that jobs go to.
  package var cluster: ConfigValue?
  /// What superb_s is measured against: by task and metric, in the units of
  /// the leaderboard.
  package var score: [String: [String: ScoreRange]] = [:]
  /// Where the file names what may turn out not to exist, as
  /// `file:line:column` by `upstreams.fbank`, `tasks.ks`, `corpora.iemocap`;
  /// the top-level keys are there, too.
  package var places: [String: String] = [:]

  /// The figures that count 0 and 1000 points.
  package struct ScoreRange: Sendable, Equatable {
    package var fbank: Double
    package var sota: Double
  }

  package init() {}

  package static let keys = [
    "name", "seed", "runs", "cache", "upstreams", "tasks", "corpora", "data",
    "features", "fine_tuning", "score", "multitask", "cluster",
  ]

  /// Keys that are options of `superb run`; their values are read as `-o
  /// args.KEY` reads them.
  package static let optionKeys = [
    "config", "profile", "limit", "jobs", "fresh", "auto_resume", "dry_run",
    "past_exp", "init_ckpt", "from", "checkpoint_every", "stall_timeout",
    "memory_limit", "store_limit", "retry", "plugin_path", "grid",
  ]

  /// Those of ``optionKeys`` whose values are paths.
  private static let pathKeys = ["config", "past_exp", "init_ckpt"]

  /// Throws if the name would lead out of the folder of all results, in
  /// which it names one.
  func checkName(at place: String? = nil) throws {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard !parts.contains(where: { ["", ".", ".."].contains($0) }) else {
      throw UserError(
        "the name '\(name)' is no folder below '\(runs)'", at: place,
        fix: "give it a name of its own; 'runs' says where its folder lies")
    }
  }

  /// Reads the file. Relative paths in it are taken from its own folder.
  package init(file: String) throws {
    let root = try ConfigValue.yaml(file: file)
    try root.checkKeys(known: Self.keys + Self.optionKeys)
    let folder = (file as NSString).deletingLastPathComponent
    func path(_ value: String, _ place: String? = nil) throws -> String {
      let text = try PathText(value, at: place).expanded()
      return text.hasPrefix("/") || folder.isEmpty
        ? text : folder + "/" + text
    }
    for entry in try root.map(at: "", default: ConfigMap()).entries {
      places[entry.key] = entry.value.mark?.description
      if Self.optionKeys.contains(entry.key), !entry.value.isNull {
        var value = entry.value
        if Self.pathKeys.contains(entry.key),
          case .string(let text) = value.kind
        {
          value.kind = .string(try path(text, value.mark?.description))
        }
        options[entry.key] = value
      }
    }
    name = try root.string(at: "name", default: name)
    seed = UInt64(try root.int(at: "seed", in: 0 ... .max, default: 1337))
    runs = try path(root.string(at: "runs", default: runs), places["runs"])
    try checkName(at: try root.value(at: "name")?.mark?.description)
    cache =
      try root.value(at: "cache") == nil
      ? nil : try path(root.string(at: "cache"), places["cache"])
    isMultitask = try root.bool(at: "multitask", default: false)
    upstreams = try root.strings(at: "upstreams", default: []).map {
      try PathText.expandingMarked($0, at: places["upstreams"])
    }
    try notePlaces(of: "upstreams", in: root)
    for entry in try root.map(at: "corpora", default: ConfigMap()).entries {
      places["corpora.\(entry.key)"] = entry.value.mark?.description
      corpora[entry.key] = try path(
        root.string(at: "corpora.\(entry.key)"), entry.value.mark?.description)
    }
    for entry in try root.map(at: "data", default: ConfigMap()).entries {
      places["data.\(entry.key)"] = entry.value.mark?.description
      data[entry.key] = try LabelledData(entry.value) {
        try path($0, entry.value.mark?.description)
      }
    }
    if let tasks = try root.value(at: "tasks") {
      try readTasks(tasks, root: root)
    }
    if let features = try root.value(at: "features") {
      feature = try FeatureSelection(features)
    }
    cluster = try root.value(at: "cluster")
    if let tuning = try root.value(at: "fine_tuning") {
      fineTuning = try FineTuning(tuning)
    }
    for task in try root.map(at: "score", default: ConfigMap()).keys {
      for metric in try root.map(at: "score.\(task)").keys {
        let place = "score.\(task).\(metric)"
        try root.checkKeys(known: ["fbank", "sota"], at: place)
        score[task, default: [:]][metric] = ScoreRange(
          fbank: try root.double(at: place + ".fbank"),
          sota: try root.double(at: place + ".sota"))
      }
    }
  }

  /// A list of ids, or a map from id to overrides.
  private mutating func readTasks(
    _ value: ConfigValue, root: ConfigValue
  ) throws {
    guard case .map(let map) = value.kind else {
      tasks = try root.strings(at: "tasks")
      try notePlaces(of: "tasks", in: root)
      return
    }
    for entry in map.entries {
      tasks.append(entry.key)
      places["tasks.\(entry.key)"] = entry.keyMark?.description
      guard !entry.value.isNull else { continue }
      try root.checkKeys(
        known: TaskConfiguration.sections, at: "tasks.\(entry.key)")
      overrides[entry.key] = entry.value
    }
  }

  /// Keeps where each name of the list below `key` stands.
  private mutating func notePlaces(
    of key: String, in root: ConfigValue
  ) throws {
    for item in try root.list(at: key, default: []) {
      let name = try PathText.expandingMarked(item.string(at: ""))
      places["\(key).\(name)"] = item.mark?.description
    }
  }

  /// Runs `body`; an error of it that names no place gets the one where the
  /// file names `item`.
  func placing<T>(_ item: String, _ body: () throws -> T) throws -> T {
    do {
      return try body()
    } catch let error as UserError where error.location == nil {
      throw UserError(error.what, at: places[item], fix: error.fix)
    }
  }
}
