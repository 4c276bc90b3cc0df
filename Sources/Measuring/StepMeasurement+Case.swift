import Configuration
import Diagnostics

extension StepMeasurement {
  /// What to measure.
  package struct Case: Sendable {
    package let name: String
    let task: String
    /// As `-o` takes them.
    let overrides: [Override]
    /// Frames of a batch's first utterance and of its last, those between
    /// evenly spaced; 1 for pooled tasks.
    let frames: ClosedRange<Int>
    let layers: Int
    let dimension: Int
    /// Floating-point operations of the step's matrix products, forward and
    /// backward, per frame and per utterance.
    let flopsPerFrame: Double
    let flopsPerUtterance: Double

    /// The cases of a file such as `Benchmarks/steps.yaml`.
    ///
    /// - Throws: `UserError` for a key or a value that is none.
    package static func all(in path: String) throws -> [Case] {
      let root = try ConfigValue.yaml(file: path)
      return try root.list(at: "").indices.map {
        try Case(root, at: "\($0)")
      }
    }

    private init(_ root: ConfigValue, at place: String) throws {
      try root.checkKeys(
        known: [
          "name", "task", "override", "frames", "layers", "dimension",
          "flops_per_frame", "flops_per_utterance",
        ], at: place)
      let frames = try root.ints(at: place + ".frames", default: [1, 1])
      guard frames.count == 2, frames[0] >= 1, frames[0] <= frames[1] else {
        throw UserError(
          "expected two numbers of frames, the smaller first",
          at: try root.value(at: place + ".frames")?.mark?.description)
      }
      self.frames = frames[0]...frames[1]
      name = try root.string(at: place + ".name")
      task = try root.string(at: place + ".task")
      overrides = try Overrides.parse(
        try root.string(at: place + ".override", default: "none"))
      layers = try root.int(at: place + ".layers", default: 13)
      dimension = try root.int(at: place + ".dimension", default: 768)
      flopsPerFrame = try root.double(
        at: place + ".flops_per_frame", default: 0)
      flopsPerUtterance = try root.double(
        at: place + ".flops_per_utterance", default: 0)
    }
  }
}
