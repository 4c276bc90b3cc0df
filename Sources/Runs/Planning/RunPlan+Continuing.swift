import Diagnostics
import Files
import Foundation
import Hosting
import Records
import Tensors
import Training
import Upstreams

extension RunPlan {
  /// The plan that continues one experiment from its checkpoint (`-e`): its
  /// stored arguments and configuration, with the request's overrides laid
  /// over them, and nothing else of the request that decides a number.
  ///
  /// Without a change it continues in the checkpoint's own folder. What
  /// changes a number makes it another experiment, below the request's run,
  /// which begins where the checkpoint stands.
  ///
  /// - Parameter path: a checkpoint's file, or the folder of an experiment.
  package init(
    continuing path: String, _ request: RunRequest, catalog: TaskCatalog
  ) throws {
    let file = RunCell.absolute(try CheckpointPath.toContinue(path))
    let stored = try StoredCheckpoint(path: file).experiment()
    let benchmark = request.benchmark
    var experiment = try CheckpointOrigin(
      upstreams: benchmark.upstreams,
      corpora: benchmark.corpora(of: stored.task.id, stored.task),
      store: benchmark.cacheFolder.features
    ).experiment(stored, at: file, catalog: catalog)
    let entry = try catalog.entry(of: stored.task)
    experiment.numerics = NumericsRevision.text
    let digest = try UpstreamRegistry.builtIn.describe(stored.upstream).digest
    if !request.acceptsOtherUpstream { try stored.checkUpstream(digest) }
    experiment.upstreamDigest = digest
    experiment.config = try stored.config.applying(request.overrides)
    let foldKey =
      ([TaskConfiguration.expertSection] + (stored.task.folds?.configKey ?? []))
      .joined(separator: ".")
    experiment.deviations = RunCell.deviations(
      of: experiment.config, from: entry
    ).map { $0.filter { stored.fold == nil || $0 != foldKey } }
    experiment.checkpointSeconds = request.checkpointSeconds
    experiment.storeLimit = request.storeLimit.map { StoreLimit(bytes: $0) }
    experiment.threads = request.threadsEach

    var folder = (file as NSString).deletingLastPathComponent
    if (folder as NSString).lastPathComponent == CheckpointFolder.resumeName {
      folder = (folder as NSString).deletingLastPathComponent
    }
    let isOwn =
      (try? Experiment.read(from: folder))
      .map(experiment.continues) ?? false
    let single = RunPlan.root(ofCell: folder)
    if isOwn, isFolder(single) {
      self.root = single
    } else if isOwn {
      var root = folder as NSString
      for _ in 0..<(stored.fold == nil ? 3 : 4) {
        root = root.deletingLastPathComponent as NSString
      }
      self.root = root as String
    } else {
      experiment.start = try StartingPoint(path: file, kind: .everything)
      root = RunCell.absolute(
        request.benchmark.runs + "/" + request.benchmark.name)
      folder = [
        root, RunCell.fileName(experiment.upstream), experiment.task.id,
        String(try experiment.signature().prefix(12)),
      ].joined(separator: "/")
    }
    self.request = request
    cells = [
      RunCell(
        upstream: experiment.upstream, task: experiment.task.id,
        folder: folder, signature: try experiment.signature(),
        experiments: [(experiment, folder)], failure: nil, whole: experiment,
        origins: request.origins)
    ]
  }
}
