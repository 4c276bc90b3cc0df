import Models
import Tensors

/// How fast a model's weights are trained: forward, and the gradients of all
/// hidden states back, the front end left as it is.
package struct TrainingThroughput: Sendable {
  /// For one batch, the median of the rounds.
  package var seconds: Double
  /// Of audio, in a second.
  package var timesRealTime: Double
  /// The most bytes of tensors at one time, weights and gradients included.
  package var peakBytes: Int

  /// Measures a model with weights of noise.
  ///
  /// - Parameter utterances: the batch: lengths in seconds.
  package static func measure(
    _ configuration: ModelConfiguration, utterances: [Double], threads: Int,
    rounds: Int
  ) throws -> Self {
    let engine = Engine(threads: threads, seed: 1)
    let model = try TrainableModel(
      configuration: configuration, tensors: NoiseTensors(configuration),
      engine: engine)
    let samples = utterances.map { length in
      (0..<Int(length * 16000)).map { NoiseTensors.value($0) }
    }
    var times: [Double] = []
    for _ in 0..<max(2, rounds + 1) {
      let began = ContinuousClock.now
      engine.zeroGradients()
      let states = try model.hiddenStates(of: samples)
      let gradient = [Float](repeating: 1e-3, count: states.layers[0].count)
      try model.backward(
        states,
        gradients: [[Float]](repeating: gradient, count: states.layers.count))
      engine.endStep()
      times.append((ContinuousClock.now - began) / .seconds(1))
    }
    // The first takes its memory from the system.
    times.removeFirst()
    times.sort()
    let seconds = times[times.count / 2]
    return Self(
      seconds: seconds, timesRealTime: utterances.reduce(0, +) / seconds,
      peakBytes: engine.peakBytes)
  }
}
