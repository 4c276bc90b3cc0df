import Foundation
import Speech
import Tensors
import TestSupport
import Upstreams
import Weights

@testable import Hosting
@testable import Training

/// The counting task in training, in a folder of its own.
final class CountingTraining {
  let folder: TemporaryFolder
  let engine: Engine
  let trainer: Trainer
  let host: ExpertHost

  /// - Parameters:
  ///   - steps: nil where the section says how long in epochs.
  ///   - runner: the section, without `total_steps`.
  ///   - shared: the folder of a training that is to be continued.
  ///   - optimizer: the section; gradient descent with a rate of 1 as a rule.
  init(
    steps: Int?, tags: [Int], dev: [Double] = [0.5], dropout: Double = 0,
    runner: String = "gradient_clipping: 1000",
    in shared: TemporaryFolder? = nil,
    optimizer: String = "{name: TorchOptim, torch_optim_name: SGD, lr: 1}"
  ) throws {
    folder = try shared ?? TemporaryFolder()
    let audio = folder.path + "/a.wav"
    try AudioFile.write(
      (0..<1600).map { Float(sin(Double($0) * 0.1)) }, to: audio,
      format: .wav16)
    let config = try Samples.yaml(
      """
      runner: {\(steps.map { "total_steps: \($0), " } ?? "")\(runner)}
      optimizer: \(optimizer)
      downstream_expert:
        audio: \(audio)
        trace: \(folder.path)/trace
        tags: \(tags)
        dev: \(dev)
        dropout: \(dropout)
      """)
    let assembled = try AssembledTrainer(
      try CountingTask.library.get(),
      on: try UpstreamRegistry.builtIn.make("fbank"), config,
      scalarPrefix: "counting", in: folder)
    (engine, host, trainer) = (
      assembled.engine, assembled.host, assembled.trainer
    )
  }

  /// The only weight.
  var w: Float {
    engine.parameters.first { $0.name == "w" }?.values.first ?? .nan
  }

  /// What its last evaluation of dev has found.
  var found: Float {
    engine.parameters.first { $0.name == "found" }?.values.first ?? .nan
  }

  /// What the task was asked, call by call.
  var trace: [String] {
    get throws {
      try folder.text("trace").split(separator: "\n").map(String.init)
    }
  }

  /// Checkpoints by name, with their step and weight.
  var checkpoints: [String: (step: String, w: Float)] {
    get throws {
      let path = folder.path + "/experiment"
      var found: [String: (step: String, w: Float)] = [:]
      for name in try FileManager.default.contentsOfDirectory(atPath: path)
      where name.hasSuffix(".ckpt") {
        let file = try SafeTensors(path: path + "/" + name)
        found[name] = (
          file.metadata["step"] ?? "", try file.floats("w").first ?? .nan
        )
      }
      return found
    }
  }
}
