import Diagnostics
import Files
import Foundation
import Records
import Tensors
import Upstreams
import Weights

/// All that training needs to go on, at one moment, as a safetensors file.
///
/// Parameters and buffers carry their own names; the optimizer's state lies
/// below `optimizer.`, the moving average of the weights below `ema.`, what
/// the task remembers is `task.state`, bytes. The
/// strings beside them say the step, the epoch, the whole progress, the
/// experiment and the versions, and carry a checksum over everything.
struct Checkpoint {
  let parameters: [Parameter]
  let optimizer: any Optimizer
  var progress: TrainingProgress
  /// What the task remembers, if it says.
  let taskState: [UInt8]?
  /// Numbers of buffers that are not what they were, by name.
  var buffers: [String: [Float]] = [:]
  /// The moving average of the weights, by parameter; empty without one.
  var average: [String: [Float]] = [:]
  /// Whose checkpoint it is.
  let experiment: Experiment?

  static let optimizerPrefix = "optimizer."
  static let averagePrefix = "ema."
  static let taskStateName = "task.state"
  static let checksumKey = "sha256"

  func write(to path: String, flushed: Bool = true) throws {
    var strings = [
      "step": "\(progress.step)", "epoch": "\(progress.epoch)",
      "progress": try JSONEncoder.sorted.text(progress),
      "versions": try JSONEncoder.sorted.text(Versions.all),
    ]
    if let experiment {
      strings["experiment"] = try JSONEncoder.sorted.text(experiment)
    }
    try CheckpointTensor.write(tensors(), strings, to: path, flushed: flushed)
  }

  /// All numbers, under their own names.
  func tensors() -> [CheckpointTensor] {
    var tensors: [CheckpointTensor] = parameters.map { parameter in
      CheckpointTensor(
        name: parameter.name,
        shape: (0..<parameter.shape.rank).map { parameter.shape[$0] },
        floats: buffers[parameter.name] ?? Array(parameter.values))
    }
    tensors += optimizer.exportState().map { name, values in
      CheckpointTensor(
        name: Self.optimizerPrefix + name, shape: [values.count],
        floats: values)
    }
    tensors += average.map { name, values in
      CheckpointTensor(
        name: Self.averagePrefix + name, shape: [values.count], floats: values)
    }
    if let taskState {
      tensors.append(
        CheckpointTensor(name: Self.taskStateName, bytes: taskState))
    }
    return tensors
  }
}

/// One tensor of a checkpoint, with its bytes.
struct CheckpointTensor {
  var name: String
  let shape: [Int]
  let element: TensorElement
  private let floats: [Float]
  private let bytes: [UInt8]

  init(name: String, shape: [Int], floats: [Float]) {
    (self.name, self.shape, element) = (name, shape, .float32)
    (self.floats, bytes) = (floats, [])
  }

  init(name: String, bytes: [UInt8]) {
    (self.name, shape, element) = (name, [bytes.count], .uint8)
    (floats, self.bytes) = ([], bytes)
  }

  func withUnsafeBytes<R>(
    _ body: (UnsafeRawBufferPointer) throws -> R
  ) rethrows -> R {
    element == .float32
      ? try floats.withUnsafeBytes(body) : try bytes.withUnsafeBytes(body)
  }

  /// Writes a checkpoint's file, with its checksum.
  static func write(
    _ tensors: [CheckpointTensor], _ strings: [String: String],
    to path: String, flushed: Bool = true
  ) throws {
    let tensors = tensors.sorted { $0.name < $1.name }
    var strings = strings
    strings[Checkpoint.checksumKey] = checksum(tensors, metadata: strings)
    var file = SafeTensorsWriter(metadata: strings)
    for tensor in tensors {
      try file.add(tensor.name, tensor.element, tensor.shape) { sink in
        try tensor.withUnsafeBytes(sink)
      }
    }
    try file.write(to: path, flushed: flushed)
  }

  /// SHA-256 over the strings and the tensors, each with what names it.
  private static func checksum(
    _ tensors: [CheckpointTensor], metadata: [String: String]
  ) -> String {
    let hash = CheckpointDigest(metadata: metadata)
    for tensor in tensors {
      tensor.withUnsafeBytes {
        hash.add(
          tensor.name, element: tensor.element, shape: tensor.shape, bytes: $0)
      }
    }
    return hash.finish()
  }
}

/// The checksum of a checkpoint: strings first, then tensors by name.
struct CheckpointDigest: ~Copyable {
  private let hash = DigestHasher()

  init(metadata: [String: String]) {
    for (key, value) in metadata.sorted(by: { $0.key < $1.key })
    where key != Checkpoint.checksumKey {
      hash.combine(key)
      hash.combine(value)
    }
  }

  func add(
    _ name: String, element: TensorElement, shape: [Int],
    bytes: UnsafeRawBufferPointer
  ) {
    hash.combine("\(name) \(element.rawValue) \(shape)")
    hash.combine(bytes: bytes)
  }

  consuming func finish() -> String { hash.finish().hexadecimal }
}

extension JSONEncoder {
  /// The same value gives the same bytes; numbers that are none are words.
  package static var sorted: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return encoder
  }

  package func text(_ value: some Encodable) throws -> String {
    String(decoding: try encode(value), as: UTF8.self)
  }
}

extension JSONDecoder {
  /// Reads what `JSONEncoder.sorted` writes.
  package static var sorted: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return decoder
  }
}
