import Records

extension LayerProfile {
  /// The mean over a task's folds, layer by layer; nil without any.
  package init?(meanOf folds: [LayerProfile]) {
    guard var mean = folds.first else { return nil }
    guard folds.count > 1 else {
      self = mean
      return
    }
    mean.layers = mean.layers.indices.map { layer in
      Figures(meanOf: folds.map { $0.layers[layer] })
    }
    mean.sum = mean.sum.map { _ in
      Figures(meanOf: folds.compactMap(\.sum))
    }
    mean.trainUtterances = folds.map(\.trainUtterances).reduce(0, +)
    mean.utterances = folds.map(\.utterances).reduce(0, +)
    self = mean
  }
}

extension LayerProfile.Figures {
  fileprivate init(meanOf all: [Self]) {
    func mean(_ figure: KeyPath<Self, Double?>) -> Double? {
      let values = all.compactMap { $0[keyPath: figure] }
      return values.count == all.count ? values.mean : nil
    }
    self.init(
      neighbours: mean(\.neighbours), fewShot: mean(\.fewShot),
      fewShotDeviation: mean(\.fewShotDeviation),
      sameDifferent: mean(\.sameDifferent), retrieval: mean(\.retrieval),
      meanNorm: all.map(\.meanNorm).mean)
  }
}
