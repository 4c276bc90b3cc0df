import Diagnostics

/// Grids of learning rates.
extension ExperimentRun {
  /// One training for each rate of the grid; the first one's head is that of
  /// `session`.
  ///
  /// - Parameters:
  ///   - rates: those to begin with; all of the grid if nil.
  ///   - threads: of each head. Where given, all heads have engines of their
  ///     own.
  func search(
    beginningWith session: ExperimentSession, rates: [Double]? = nil,
    threads: Int? = nil
  ) throws -> LearningRateSearch {
    var first: ExperimentSession? = threads == nil ? session : nil
    return try LearningRateSearch(
      session.settings, task: experiment.task, folder: folder, rates: rates
    ) { rate, path in
      let head =
        try first.take()
        ?? ExperimentSession(besides: session, threads: threads)
      let trainer = try begunTrainer(
        of: head, learningRate: rate, in: openFolder(at: path))
      return (head, trainer)
    }
  }

  /// Trains at every rate of the grid and chooses: side by side where heads
  /// are small and there are cores for several.
  func searched(beginningWith session: ExperimentSession) throws
    -> EndedTraining
  {
    guard let shares = shares(of: session) else {
      return try search(beginningWith: session).run()
    }
    let helpers = try RateHelpers(shares, folder: folder)
    let search: LearningRateSearch
    do {
      search = try self.search(
        beginningWith: session, rates: shares.rates[0],
        threads: shares.threads)
      try search.finishOrKeep()
    } catch {
      helpers.stop()
      throw error
    }
    helpers.wait(report)
    try search.complete()
    return try search.run()
  }

  /// Nil where this process is to train all rates.
  private func shares(of session: ExperimentSession) -> RateShares? {
    // Ranks that share a batch all take the same steps.
    guard report.exchange == nil, session.trained == nil,
      session.source.view.pooling == .meanPooled
    else { return nil }
    let rates = session.settings.learningRates
    let open = rates.filter { rate in
      let path = LearningRateSearch.folder(for: rate, below: folder)
      let kept = CheckpointFolder(path: path, experiment: nil) { _ in }
      return kept.resumableStep ?? 0 < session.settings.totalSteps
    }
    return open.count > 1
      ? RateShares(rates, threads: experiment.threads) : nil
  }
}
