/// APC or VQ-APC.
extension RecurrentConfiguration: SpectralArchitecture {
  /// The layers whose output is a state. s3prl taps the inputs of the second
  /// and the third layer and the output of the last: with three layers, as
  /// all published models have, these are all there is.
  private var statefulLayers: Set<Int> {
    Set([0, 1, layers - 1].filter { $0 < layers })
  }

  package var states: Int { statefulLayers.count }

  package var stateTitles: [String] {
    statefulLayers.sorted().map { "output of recurrent layer \($0 + 1)" }
  }

  package func run<X: Frames>(_ features: X) throws(X.Failure) {
    var x = features
    for index in 0..<layers {
      let y = try x.gatedRecurrence("rnn_layers.\(index)", to: hiddenSize)
      x = isResidual && index > 0 ? try x.add(y) : y
      if statefulLayers.contains(index) { try x.keep() }
    }
  }
}
