import Files
import Foundation
import Testing

@testable import Records
@testable import Training

/// TensorBoard's own reader, where it is installed: `SUPERB_PYTHON` or
/// python3 with the package `tensorboard`.
@Suite struct TensorBoardTests {
  private static let python: String? = {
    let named = ProcessInfo.processInfo.environment["SUPERB_PYTHON"]
    let path = named ?? "/usr/bin/env"
    let start = named == nil ? [path, "python3"] : [path]
    let found = try? Subprocess.run(start + ["-c", "import tensorboard"])
    return found?.status == 0 ? start.joined(separator: " ") : nil
  }()

  @Test(.enabled(if: python != nil, "tensorboard is not installed"))
  func itsReaderSeesTheScalarsOfATrainingThatWasContinued() throws {
    let training = try CountingTraining(
      steps: 4, tags: [1], dev: [0.25, 0.75],
      runner: "gradient_clipping: 1000, log_step: 1, eval_step: 2")
    try training.trainer.train()
    // A record that the end of a process has cut short, and one behind it.
    let file = try EventFile(
      folder: training.folder.path + "/experiment", prefix: "counting")
    let handle = try #require(FileHandle(forUpdatingAtPath: file.path))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data([24, 0, 0, 0, 0]))
    try EventFile(
      folder: training.folder.path + "/experiment", prefix: "counting"
    ).scalar("acc", of: "test", 1, step: 4)

    let script = """
      import sys
      from tensorboard.backend.event_processing import event_accumulator
      a = event_accumulator.EventAccumulator(sys.argv[1])
      a.Reload()
      for tag in sorted(a.Tags()["scalars"]):
        print(tag, [(e.step, e.value) for e in a.Scalars(tag)])
      """
    let python = try #require(Self.python).split(separator: " ")
      .map(String.init)
    let output = try Subprocess.run(
      python + ["-c", script, training.folder.path + "/experiment"])
    #expect(output.status == 0, "\(output.text)")
    let lines = output.text.split(separator: "\n").filter {
      $0.hasPrefix("counting/")
    }
    #expect(
      lines == [
        "counting/dev-acc [(2, 0.25), (4, 0.75)]",
        "counting/test-acc [(4, 1.0)]",
        "counting/train-acc [(1, 0.5), (2, 0.5), (3, 0.5), (4, 0.5)]",
      ], "\(output.text)")
  }
}
