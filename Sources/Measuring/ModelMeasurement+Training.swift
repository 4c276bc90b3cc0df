import Models
import Tensors

extension ModelMeasurement {
  /// What `superb bench` prints of training.
  package struct TrainingLine: Encodable, Sendable {
    package var name = "finetune"
    package var shape: String
    package var threads: Int
    /// For a batch, forward and backward, the median of the rounds.
    package var seconds: Double
    /// Seconds of audio in a second.
    package var timesRealTime: Double
    /// The most bytes of tensors at one time, weights and gradients included.
    package var peakBytes: Int
  }

  /// How fast the weights of a model of base size are trained, on a batch of
  /// four utterances: forward, and the gradients of all hidden states back,
  /// the front end left as it is.
  package static func trainingLine(threads: Int) throws -> TrainingLine {
    let engine = Engine(threads: threads, seed: 1)
    let model = try TrainableModel(
      configuration: ModelConfiguration.base,
      tensors: NoiseTensors(ModelConfiguration.base), engine: engine)
    let samples = [4.0, 4, 4, 4].map(NoiseTensors.audio)
    var times: [Double] = []
    for _ in 0..<4 {
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
    let seconds = median(Array(times.dropFirst()))
    return TrainingLine(
      shape: "wav2vec2 base, 4 utterances of 4 s", threads: threads,
      seconds: seconds, timesRealTime: 16 / seconds,
      peakBytes: engine.peakBytes)
  }
}
