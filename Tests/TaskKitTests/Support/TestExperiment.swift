import Foundation
import TaskABI
import TaskKit

/// Drives an expert through the C contract alone, as a host does.
final class TestExperiment {
  struct Failure: Error {
    let status: superb_status
    let message: String
  }

  struct Utterance: Equatable {
    let id: String
    let tag: Int
    let path: String
    let gain: Double
    let effects: UInt32
    let start: Int64
    let length: Int64
    let cropLength: Int64
    let crop: UInt32
    var rate: UInt32 = 16_000
    var attributes: [String: String] = [:]
  }

  struct Report: Equatable {
    var metrics: [String: Double] = [:]
    var saved: [String] = []
    var predictions: [[String]] = []
    /// Of all predictions together.
    var scores: [String: [Double]] = [:]
    var attributes: [String: String] = [:]
    var files: [String: String] = [:]
  }

  let host: TestHost
  let expert: UnsafeMutablePointer<superb_expert>

  convenience init(
    _ type: any DownstreamExpert.Type, _ host: TestHost
  ) throws {
    try self.init(
      TaskLibrary.entry([type]), task: type.descriptor.id, host)
  }

  init(
    _ entry: UnsafePointer<superb_task_entry>, task: String, _ host: TestHost
  ) throws {
    self.host = host
    var expert: UnsafeMutablePointer<superb_expert>?
    let factory = entry.pointee.factory(entry)!
    let status = factory.pointee.create(factory, host.table, task, &expert)
    try Self.check(status, host)
    self.expert = expert!
  }

  /// An expert that was made elsewhere, which this takes over.
  init(_ expert: UnsafeMutablePointer<superb_expert>, _ host: TestHost) {
    self.host = host
    self.expert = expert
  }

  deinit { expert.pointee.destroy(expert) }

  /// Calls `body` with the pass that a host makes of `split`.
  ///
  /// - Parameter isTraining: if the split's name is "train" if nil.
  static func withPass<Result>(
    _ split: String, epoch: Int = 0, step: Int64 = 0, isTraining: Bool? = nil,
    _ body: (UnsafePointer<superb_pass>) throws -> Result
  ) rethrows -> Result {
    try split.withCString { name in
      var pass = superb_pass()
      pass.struct_size = UInt32(MemoryLayout<superb_pass>.size)
      pass.flags = isTraining ?? (split == "train") ? 1 : 0
      pass.split = name
      pass.epoch = Int64(epoch)
      pass.step = step
      return try body(&pass)
    }
  }

  func loader(
    _ split: String, epoch: Int = 0, isTraining: Bool? = nil
  ) throws -> UnsafeMutablePointer<superb_dataloader> {
    var loader: UnsafeMutablePointer<superb_dataloader>?
    try Self.check(
      Self.withPass(split, epoch: epoch, isTraining: isTraining) {
        expert.pointee.get_dataloader(expert, $0, &loader)
      }, host)
    return loader!
  }

  func batches(
    _ split: String, epoch: Int = 0, isTraining: Bool? = nil
  ) throws -> [[Utterance]] {
    let loader = try loader(split, epoch: epoch, isTraining: isTraining)
    defer { loader.pointee.destroy(loader) }
    return try (0..<loader.pointee.batch_count).map {
      Self.utterances(try batch(loader, $0))
    }
  }

  func batch(
    _ loader: UnsafeMutablePointer<superb_dataloader>, _ index: Int64
  ) throws -> UnsafePointer<superb_batch> {
    var batch: UnsafePointer<superb_batch>?
    try Self.check(loader.pointee.batch(loader, index, &batch), host)
    return batch!
  }

  /// Runs every batch of a split with features that `frame` makes, one frame
  /// an utterance; returns the losses.
  func run(
    _ split: String, frame: (Utterance) -> [Float]
  ) throws -> [Float] {
    try run(split) { [frame($0)] }
  }

  /// Runs every batch of a split with as many frames an utterance as `frames`
  /// makes.
  func run(
    _ split: String, frames: (Utterance) -> [[Float]]
  ) throws -> [Float] {
    try run(split, isTraining: nil, frames)
  }

  /// Runs a split for training or evaluation, whatever its name.
  func run(
    _ split: String, isTraining: Bool, frame: (Utterance) -> [Float]
  ) throws -> [Float] {
    try run(split, isTraining: isTraining, { [frame($0)] })
  }

  private func run(
    _ split: String, isTraining: Bool?, _ frames: (Utterance) -> [[Float]]
  ) throws -> [Float] {
    let loader = try loader(split, isTraining: isTraining)
    defer { loader.pointee.destroy(loader) }
    return try (0..<loader.pointee.batch_count).map { index in
      let batch = try batch(loader, index)
      let utterances = Self.utterances(batch).map(frames)
      let rows = utterances.flatMap { $0 }
      var offsets: [Int64] = [0]
      for utterance in utterances {
        offsets.append((offsets.last ?? 0) + Int64(utterance.count))
      }
      var features = superb_features()
      features.struct_size = UInt32(MemoryLayout<superb_features>.size)
      features.count = UInt32(utterances.count)
      features.frames = host.engine.make(
        [rows.count, Int(host.table.pointee.upstream_dim)], rows.flatMap { $0 })
      var loss: OpaquePointer?
      let status = offsets.withUnsafeBufferPointer {
        features.offsets = $0.baseAddress
        return Self.withPass(split, isTraining: isTraining) {
          expert.pointee.forward(expert, $0, batch, &features, &loss)
        }
      }
      try Self.check(status, host)
      host.engine.endStep()
      return TestEngine.at(loss)?.values.first ?? .nan
    }
  }

  func report(
    _ split: String, step: Int64 = 0, isTraining: Bool? = nil
  ) throws -> Report {
    final class Box { var report = Report() }
    let box = Box()
    var records = superb_records()
    records.struct_size = UInt32(MemoryLayout<superb_records>.size)
    records.context = Unmanaged.passUnretained(box).toOpaque()
    records.metric = { me, name, value in
      let box = Unmanaged<Box>.fromOpaque(me!.pointee.context)
        .takeUnretainedValue()
      box.report.metrics[String(cString: name!)] = value
    }
    records.save_as = { me, name in
      let box = Unmanaged<Box>.fromOpaque(me!.pointee.context)
        .takeUnretainedValue()
      box.report.saved.append(String(cString: name!))
    }
    records.prediction = { me, prediction in
      let box = Unmanaged<Box>.fromOpaque(me!.pointee.context)
        .takeUnretainedValue()
      let one = prediction!.pointee
      box.report.predictions.append(
        [one.id, one.predicted, one.truth].map { String(cString: $0!) })
      for index in 0..<Int(one.score_count) {
        let score = one.scores[index]!.pointee
        box.report.scores[String(cString: score.label)] = Array(
          UnsafeBufferPointer(start: score.values, count: Int(score.count)))
      }
      for index in 0..<Int(one.attribute_count) {
        let attribute = one.attributes[index]!.pointee
        box.report.attributes[String(cString: attribute.name)] =
          String(cString: attribute.value)
      }
    }
    records.file = { me, name, bytes, length in
      let box = Unmanaged<Box>.fromOpaque(me!.pointee.context)
        .takeUnretainedValue()
      box.report.files[String(cString: name!)] = String(
        decoding: UnsafeRawBufferPointer(start: bytes, count: length),
        as: UTF8.self)
      return SUPERB_OK
    }
    try Self.check(
      Self.withPass(split, step: step, isTraining: isTraining) {
        expert.pointee.log_records(expert, $0, &records)
      }, host)
    return box.report
  }

  static func utterances(
    _ batch: UnsafePointer<superb_batch>
  ) -> [Utterance] {
    (0..<Int(batch.pointee.count)).map { index in
      let item = batch.pointee.items[index]!.pointee
      let audio = item.audio!.pointee
      return Utterance(
        id: String(cString: item.id), tag: Int(Int64(bitPattern: item.tag)),
        path: String(cString: audio.path), gain: audio.gain_db,
        effects: audio.effects, start: audio.start, length: audio.length,
        cropLength: audio.crop_length, crop: audio.crop, rate: audio.rate,
        attributes: Dictionary(
          uniqueKeysWithValues: (0..<Int(item.attribute_count)).map {
            let one = item.attributes![$0]!.pointee
            return (String(cString: one.name), String(cString: one.value))
          }))
    }
  }

  private static func check(
    _ status: superb_status, _ host: TestHost
  ) throws {
    guard status != SUPERB_OK else { return }
    throw Failure(
      status: status, message: host.failures.first?.message ?? "")
  }
}

/// A folder that goes with its last user.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "/taskkit-" + UUID().uuidString
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  @discardableResult
  func write(_ name: String, _ text: String = "") throws -> String {
    let url = URL(fileURLWithPath: path).appendingPathComponent(name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
    return url.path
  }
}
