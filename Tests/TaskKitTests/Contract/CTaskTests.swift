import Foundation
import TaskABI
import TaskKit
import Testing

/// The example in C, built as its README says, beside tasks in Swift.
@Suite struct CTaskTests {
  private let folder: TemporaryFolder
  private let entry: UnsafePointer<superb_task_entry>

  init() throws {
    folder = try TemporaryFolder()
    let package = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let sources = ["task.c", "dataset.c", "head.c"].map {
      package.appendingPathComponent("Examples/c-task/" + $0).path
    }
    let library = folder.path + "/two_words.so"
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments =
      [
        "cc", "-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror",
        "-shared", "-fPIC", "-fvisibility=hidden", "-O2", "-I",
        package.appendingPathComponent("Sources/TaskABI/include").path,
      ] + sources + ["-lm", "-o", library]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)

    let image = try #require(dlopen(library, RTLD_NOW | RTLD_LOCAL))
    let symbol = try #require(dlsym(image, SUPERB_ENTRY_SYMBOL))
    typealias EntryPoint =
      @convention(c) () -> UnsafePointer<superb_task_entry>
    entry = unsafeBitCast(symbol, to: EntryPoint.self)()

    for word in ["yes", "no", "up"] {
      for number in 10..<35 {
        try folder.write("corpus/\(word)/\(number).wav")
      }
      try folder.write("corpus/\(word)/notes.txt")
    }
  }

  private func experiment(
    _ config: [String: TestHost.Value] = [:]
  ) throws -> TestExperiment {
    try TestExperiment(
      entry, task: "two_words",
      TestHost(
        config: config,
        corpora: ["speech_commands": folder.path + "/corpus"]))
  }

  @Test func splitsShareNoClip() throws {
    let experiment = try experiment(["batch_size": .integer(7)])
    let splits = try ["train", "dev", "test"].map {
      try experiment.batches($0).flatMap { $0 }.map(\.id)
    }
    #expect(splits.map(\.count) == [38, 6, 6])
    #expect(Set(splits.joined()).count == 50)
    #expect(splits[1].prefix(3) == ["yes-10.wav", "yes-20.wav", "yes-30.wav"])
    let first = try experiment.batches("train", epoch: 1)
    #expect(try experiment.batches("train", epoch: 1) == first)
    #expect(try experiment.batches("train", epoch: 2) != first)
  }

  @Test func reportsAccuracyAndTheBestDev() throws {
    let experiment = try experiment()
    let losses = try experiment.run("dev") { _ in [1, 1, 1] }
    #expect(losses.allSatisfy { $0.isFinite })
    let report = try experiment.report("dev")
    #expect(report.metrics["acc"] == 0.5)
    #expect(report.saved == ["dev-best.ckpt"])
    _ = try experiment.run("dev") { _ in [1, 1, 1] }
    #expect(try experiment.report("dev").saved.isEmpty)
  }

  @Test func gradientOfItsOperatorIsThatOfItsFormula() throws {
    let experiment = try experiment()
    let loader = try experiment.loader("dev")
    defer { loader.pointee.destroy(loader) }
    let batch = try experiment.batch(loader, 0)
    var features = superb_features()
    features.count = batch.pointee.count
    let rows = Int(features.count)
    features.frames = experiment.host.engine.make(
      [rows, 3], [Float](repeating: 1, count: rows * 3))
    var loss: OpaquePointer?
    (0...rows).map(Int64.init).withUnsafeBufferPointer {
      features.offsets = $0.baseAddress
      _ = TestExperiment.withPass("dev") {
        experiment.expert.pointee.forward(
          experiment.expert, $0, batch, &features, &loss)
      }
    }
    var custom = try #require(experiment.host.engine.customs.first)
    let count = rows * 64
    let x = (0..<count).map { Float($0) / 50 - 2.99 }
    let ones = [Float](repeating: 1, count: count)
    func squash(_ x: [Float]) -> [Float] {
      var output = ones
      x.withUnsafeBufferPointer { x in
        _ = TestEngine.withShapes([[count]], output: [count]) {
          custom.forward(&custom, $0, [x.baseAddress], &output)
        }
      }
      return output
    }
    var gradient = [Float](repeating: 0, count: count)
    x.withUnsafeBufferPointer { x in
      gradient.withUnsafeMutableBufferPointer { gradient in
        _ = TestEngine.withShapes([[count]], output: [count]) {
          custom.backward(
            &custom, $0, [x.baseAddress], ones, ones, [gradient.baseAddress])
        }
      }
    }
    let step: Float = 5e-3
    let above = squash(x.map { $0 + step })
    let below = squash(x.map { $0 - step })
    for index in 0..<count {
      let slope = (above[index] - below[index]) / (2 * step)
      #expect(abs(slope - gradient[index]) < 6e-3)
    }
    experiment.host.engine.endStep()
  }

  @Test func mistakesAreExplained() throws {
    let unknown = [
      "words.0": TestHost.Value.text("yes"), "words.1": .text("cat"),
    ]
    #expect {
      _ = try experiment(unknown)
    } throws: {
      let failure = $0 as? TestExperiment.Failure
      return failure?.status == SUPERB_NOT_FOUND
        && failure?.message.contains("/cat: ") == true
    }
    #expect(throws: TestExperiment.Failure.self) {
      try experiment(["batch_size": .integer(0)])
    }
    #expect(throws: TestExperiment.Failure.self) {
      try experiment().batches("other")
    }
  }
}
