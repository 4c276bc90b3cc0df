import Alignment
import Models

/// Work whose instructions are counted, for a guard against slower days: done
/// on one thread, a number of times, with nothing that times it. Twice as
/// often less once is the work without what comes before it.
package enum CountedWork: String, CaseIterable, Sendable {
  /// All hidden states of a model of base size, of one second of audio.
  case second = "count-second"
  /// A query of 75 frames and a document of 750, by the benchmark's settings.
  case pair = "count-pair"

  /// What `superb bench` prints.
  package struct Line: Encodable, Sendable {
    package var name: String
    package var times: Int
  }

  package func run(times: Int) throws -> Line {
    switch self {
    case .second:
      let model = try SpeechModels.load(
        configuration: ModelConfiguration.base,
        tensors: NoiseTensors(ModelConfiguration.base))
      let samples = NoiseTensors.audio(seconds: 1)
      for _ in 0..<times { _ = try model.hiddenStates(ofEach: [samples]) }
    case .pair:
      let dim = 768
      func frames(_ count: Int) -> FrameArrays {
        FrameArrays([(0..<count * dim).map(NoiseTensors.value)])
      }
      let aligner = try Aligner(queries: frames(75), dim: dim, threads: 1)
      let document = frames(750)
      for _ in 0..<times { try aligner.align(document) { _ in } }
    }
    return Line(name: rawValue, times: times)
  }
}
