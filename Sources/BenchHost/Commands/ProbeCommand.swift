import ArgumentParser
import Diagnostics
import Files
import Foundation
import Page
import Probing
import Records
import Runs
import Training
import Upstreams

/// `superb probe`: what states tell without a head.
struct ProbeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "probe",
    abstract: "Say what each layer's states tell, without training a head.",
    discussion: """
      For tasks whose answers are classes. Each utterance is the mean of a
      layer's states; measured are the votes of its 10 nearest neighbours, a
      regression on 8 examples of each class, pairs of the same class against
      others, and retrieval. States come from the store, and stay there. The
      page that superb report writes shows the profile beside the layer
      weights.

        superb probe --upstream wavlm_base --tasks ks,ic,sid
        superb probe --series 'checkpoints/ckpt-*.pt' --tasks ks
      """)

  @OptionGroup var shared: BenchmarkOptions

  @Option(
    name: [.customShort("u"), .long],
    help: ArgumentHelp("Upstreams.", valueName: "u[,u]"))
  var upstream: NameList?

  @Option(
    name: [.customShort("d"), .long],
    help: ArgumentHelp("Tasks, by id or alias.", valueName: "t[,t]"))
  var tasks: NameList?

  @Option(
    help: ArgumentHelp(
      """
      Checkpoints of one pre-training instead of upstreams: a pattern in \
      quotes. The last number in each name is its step.
      """, valueName: "pattern"))
  var series: String?

  @Option(help: "Utterances per split at most.")
  var limit: Int?

  @Option(
    name: [.customShort("n"), .long],
    help: "Name of the run: the folder below the runs' folder.")
  var name: String?

  @Option(name: [.customShort("p"), .long], help: "Folder of all results.")
  var runs: String?

  @Option(
    help: ArgumentHelp(
      "Write the curves as a page that fetches nothing.", valueName: "file"))
  var html: String?

  @Flag(help: "As data.")
  var json = false

  func validate() throws {
    try require(
      series == nil || upstream == nil,
      "--series names the upstreams; leave out --upstream")
    try require((limit ?? 1) > 0, "--limit takes 1 or more")
  }

  func run() throws {
    Interruption.handleSignals()
    let series = try series.map { try CheckpointSeries($0) }
    let plan = try plan(series)
    var profiles: [LayerProfile] = []
    var skipped: Set<String> = []
    var made: (name: String, upstream: any Upstream)?
    let display = ProbeDisplay()
    for cell in plan.cells {
      if let failure = cell.failure { throw failure }
      let upstream =
        try made?.name == cell.upstream
        ? made?.upstream : UpstreamRegistry.builtIn.make(cell.upstream)
      guard let upstream else { continue }
      made = (cell.upstream, upstream)
      do {
        let profile = try Self.profile(of: cell, upstream, display)
        display.finish()
        if !json, series == nil { display.show(profile) }
        profiles.append(profile)
      } catch let error as NoClasses {
        display.finish()
        guard tasks == nil else { throw error.userError }
        skipped.insert(cell.task)
      }
    }
    if !skipped.isEmpty {
      StandardError.note(
        "without classes, and so without a profile: "
          + skipped.sorted().joined(separator: ", "))
    }
    try report(profiles, series, display)
  }

  /// Every upstream on every task, frozen.
  private func plan(_ series: CheckpointSeries?) throws -> RunPlan {
    var benchmark = try shared.located()
    benchmark.fineTuning = nil
    if let name { benchmark.name = name }
    if let runs { benchmark.runs = runs }
    if let names = series?.checkpoints.map(\.upstream) ?? upstream?.names {
      benchmark.upstreams = names
    }
    if let tasks { benchmark.tasks = tasks.names }
    var request = RunRequest(benchmark: benchmark)
    request.limit = limit
    let plan = try RunPlan(
      request, catalog: shared.catalog(benchmark), cache: benchmark.cacheFolder)
    try plan.checkCorpora()
    return plan
  }

  /// Over all folds, kept beside the cell.
  private static func profile(
    of cell: RunCell, _ upstream: any Upstream, _ display: ProbeDisplay
  ) throws -> LayerProfile {
    let weights = learnedWeights(of: cell)
    let folds = try cell.experiments.map { experiment, _ in
      try LayerProbe(
        experiment, upstream: upstream, report: display.report(of: cell)
      ).profile(weights: weights)
    }
    guard let profile = LayerProfile(meanOf: folds) else {
      throw NoClasses(task: cell.task)
    }
    try profile.write(beside: cell.folder)
    return profile
  }

  /// Of a head of the same settings if there is one, else of the newest.
  private static func learnedWeights(of cell: RunCell) -> [Double]? {
    let place = (cell.folder as NSString).deletingLastPathComponent
    let others = (try? names(inFolder: place)) ?? []
    let results = ([cell.folder] + others.map { place + "/" + $0 })
      .compactMap { folder in
        ExperimentResult.read(fromFolder: folder).map { (folder, $0) }
      }
    let chosen =
      results.first { $0.0 == cell.folder }
      ?? results.max { $0.1.finishedAt < $1.1.finishedAt }
    return chosen.flatMap { LayerWeights(of: $0.1, in: $0.0)?.shares }
  }

  private func report(
    _ profiles: [LayerProfile], _ series: CheckpointSeries?,
    _ display: ProbeDisplay
  ) throws {
    let steps = series.map { series in
      Dictionary(
        series.checkpoints.map { ($0.upstream, $0.step) },
        uniquingKeysWith: { first, _ in first })
    }
    if let html {
      try AtomicFile.write(
        Data(ProfilePage(profiles, steps: steps).html.utf8), to: html)
    }
    if json { return try Console.printJSON(profiles) }
    if let steps { display.show(profiles, steps: steps) }
  }
}
