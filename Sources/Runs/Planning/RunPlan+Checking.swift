import Configuration
import Diagnostics
import Foundation
import Hosting
import Records
import Upstreams

extension RunPlan {
  /// What of a request is known to be right, and what its check has found out.
  package struct Checked: Sendable {
    /// Of upstreams that are on this machine.
    var descriptions: [String: UpstreamDescription] = [:]
  }

  /// Finds what can be known to be wrong in a request before anything is
  /// compiled, fetched or computed.
  ///
  /// - Throws: all of it at once.
  package static func check(
    _ request: RunRequest, catalog: TaskCatalog
  ) throws -> Checked {
    let benchmark = request.benchmark
    var mistakes = Mistakes()
    var checked = Checked()
    if benchmark.upstreams.isEmpty {
      mistakes.add(
        UserError(
          "no upstream is named",
          fix: "say --upstream, or list upstreams in"
            + " benchmark.yaml; superb upstreams shows what there is"))
    }
    if benchmark.tasks.isEmpty {
      mistakes.add(
        UserError(
          "no task is named",
          fix: "say --tasks, or list tasks in"
            + " benchmark.yaml; superb tasks shows what there is"))
    }
    if request.expdir == nil {
      try mistakes.gather { try benchmark.checkName() }
    }
    for upstream in benchmark.upstreams {
      try mistakes.gather {
        checked.descriptions[upstream] = try benchmark.describe(
          upstream, fetches: false)
      }
    }
    try mistakes.gather { try checkLayer(benchmark, checked) }
    for task in benchmark.tasks {
      try mistakes.gather { try check(task, request, catalog) }
    }
    try mistakes.check()
    return checked
  }

  /// Throws if none of the upstreams has the layer; where some have it, it is
  /// the others' own cells that fail.
  private static func checkLayer(
    _ benchmark: Benchmark, _ checked: Checked
  ) throws {
    var wrong = Mistakes()
    for upstream in benchmark.upstreams {
      guard let layers = checked.descriptions[upstream]?.layers else { return }
      let layer = try wrong.gather {
        (try benchmark.feature.selectedLayer(of: layers), true)
      }
      if layer != nil { return }
    }
    try wrong.check()
  }

  private static func check(
    _ task: String, _ request: RunRequest, _ catalog: TaskCatalog
  ) throws {
    let benchmark = request.benchmark
    let own = try benchmark.placing("data.\(task)") {
      try benchmark.data[task]?.task(named: task, in: catalog)
    }
    let name = own ?? task
    try benchmark.placing("tasks.\(task)") { try catalog.checkName(name) }
    var mistakes = Mistakes()
    if request.needsCorpora, own == nil {
      for (corpus, folder) in benchmark.corpora.sorted(by: { $0.key < $1.key })
      where catalog.task(name, mentions: corpus) {
        try mistakes.gather { try benchmark.checkPlace(of: corpus, folder) }
      }
    }
    let overlay = benchmark.overrides[task]
    // By another name a task may have an overlay that is not known yet.
    if overlay != nil || benchmark.overrides.isEmpty {
      try mistakes.gather {
        do {
          _ = try RunCell.configuration(
            RunCell.Origin(
              task: task, names: [task],
              configPath: catalog.configPath(named: name)),
            overlay, request)
        } catch is RunCell.TaskFault {
          // The task's own, which costs its cells.
        }
      }
    }
    if let path = catalog.configPath(named: name) {
      try mistakes.gather {
        try checkKeys(request, name, own: path, catalog)
      }
    }
    try mistakes.check()
  }

  /// Throws for an edit of a key that the task most likely does not have: no
  /// file says it, nor do the task's sources, and there is one much like it.
  /// Of other keys the task, once it is built, says whether it reads them.
  private static func checkKeys(
    _ request: RunRequest, _ task: String, own path: String,
    _ catalog: TaskCatalog
  ) throws {
    let own = try? ConfigValue.yaml(file: path)
    let files = [
      own, try? request.configFile.map(TaskConfiguration.root),
    ].compactMap { $0 }
    var mistakes = Mistakes()
    for override in request.overrides
    where override.scope == .config
      && override.path.first == TaskConfiguration.expertSection
    {
      let above = override.path.dropLast().joined(separator: ".")
      let whole = override.path.joined(separator: ".")
      guard let key = override.path.last, !override.value.isNull,
        !files.contains(where: { ((try? $0.value(at: whole)) ?? nil) != nil }),
        !catalog.task(task, says: key),
        IgnoredKey.entry(
          override.path.dropFirst().joined(separator: "."), override.value)
          == nil,
        case .map(let map)? = ((try? own?.value(at: above)) ?? nil)?.kind,
        let near = Suggestion.nearest(to: key, among: map.keys)
      else { continue }
      mistakes.add(
        UserError(
          "the task '\(task)' does not know the key '\(whole)'", at: "-o",
          fix: "did you mean '\(near)'?"))
    }
    try mistakes.check()
  }
}

extension Benchmark {
  /// Describes the upstream; nil if it has to be fetched and is not to be.
  ///
  /// - Throws: `UserError` with the place where the file names it.
  func describe(
    _ upstream: String, fetches: Bool = true
  ) throws -> UpstreamDescription? {
    try placing("upstreams.\(upstream)") {
      let registry = UpstreamRegistry.builtIn
      if fineTuning != nil { try registry.checkTrainable(upstream) }
      let isAtHand = try registry.isAtHand(upstream)
      return fetches || isAtHand ? try registry.describe(upstream) : nil
    }
  }

  /// Throws if what is named for a corpus is not there.
  func checkPlace(of corpus: String, _ place: String) throws {
    guard FileManager.default.fileExists(atPath: place) else {
      throw UserError(
        "the corpus '\(corpus)' is not there: no folder \(place)",
        at: places["corpora.\(corpus)"],
        fix: "correct its path; superb data make-demo makes a small one")
    }
  }
}
