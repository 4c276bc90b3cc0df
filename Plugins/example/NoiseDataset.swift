import Foundation
import TaskKit

/// Stretches of one minute of Gaussian noise, whose file is made when it is
/// first needed. A function of the experiment's seed.
final class NoiseDataset {
  let classCount: Int

  private static let sampleRate = 16_000
  private static let noiseLength = 60 * sampleRate
  /// Lengths of an utterance, in samples.
  private static let shortest = 5 * sampleRate
  private static let longest = 20 * sampleRate

  private let context: TaskContext
  private let itemCount: Int
  private let folder: String
  private let splits = Splits<[Item]>()

  init(_ context: TaskContext) throws {
    self.context = context
    let config = context.config
    classCount = try config.integer(
      "modelrc.output_class_num", default: 48, atLeast: 1)
    itemCount = try config.integer("datarc.items", default: 200, atLeast: 1)
    folder = try config.string("datarc.root", default: Self.cacheFolder)
  }

  /// The utterances of a split; a tag is a label, 0 ..< classCount.
  func items(split: String) throws -> [Item] {
    try splits(split) { try draw(split) }
  }

  private func draw(_ split: String) throws -> [Item] {
    let path = try noiseFile()
    let lengths = context.random("example-length/\(split)")
    let starts = context.random("example-start/\(split)")
    let labels = context.random("example-label/\(split)")
    return (0..<itemCount).map { index in
      let length =
        Self.shortest
        + lengths.integer(below: Self.longest - Self.shortest + 1, index)
      let start = starts.integer(below: Self.noiseLength - length + 1, index)
      return Item(
        id: "\(split)-\(index)", tag: labels.integer(below: classCount, index),
        audio: AudioSource(path: path, span: start..<start + length))
    }
  }

  /// The file of noise, written first if it is not there.
  private func noiseFile() throws -> String {
    let url = URL(fileURLWithPath: folder)
      .appendingPathComponent("noise-\(context.seed).wav")
    let header = Self.header()
    let size = header.count + 4 * Self.noiseLength
    let known = try? FileManager.default.attributesOfItem(atPath: url.path)
    if known?[.size] as? Int == size { return url.path }

    let random = context.random("example-noise")
    var data = header
    data.reserveCapacity(size)
    for index in 0..<Self.noiseLength {
      Self.append(Float(random.normal(index)).bitPattern, to: &data)
    }
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true)
      try data.write(to: url, options: .atomic)
    } catch {
      throw TaskError(
        .io,
        "\(url.path): cannot be written (\(error.localizedDescription)). Set "
          + "downstream_expert.datarc.root to a folder that can.")
    }
    return url.path
  }

  /// A WAVE header for one channel of IEEE float samples: noise of unit
  /// variance does not fit between -1 and 1.
  private static func header() -> Data {
    let bytes = UInt32(4 * noiseLength)
    let rate = UInt32(sampleRate)
    var data = Data()
    data.append(contentsOf: "RIFF".utf8)
    append(50 + bytes, to: &data)
    data.append(contentsOf: "WAVEfmt ".utf8)
    append(UInt32(18), to: &data)
    append(UInt16(3), to: &data)  // IEEE float
    append(UInt16(1), to: &data)  // channels
    append(rate, to: &data)
    append(4 * rate, to: &data)  // bytes a second
    append(UInt16(4), to: &data)  // bytes a frame
    append(UInt16(32), to: &data)  // bits a sample
    append(UInt16(0), to: &data)  // no extension
    data.append(contentsOf: "fact".utf8)
    append(UInt32(4), to: &data)
    append(UInt32(noiseLength), to: &data)
    data.append(contentsOf: "data".utf8)
    append(bytes, to: &data)
    return data
  }

  private static func append(
    _ value: some FixedWidthInteger, to data: inout Data
  ) {
    withUnsafeBytes(of: value.littleEndian) { data.append(contentsOf: $0) }
  }

  private static var cacheFolder: String {
    let environment = ProcessInfo.processInfo.environment
    let cache =
      environment["XDG_CACHE_HOME"].flatMap { $0.isEmpty ? nil : $0 }
      ?? NSHomeDirectory() + "/.cache"
    return cache + "/superb/example"
  }
}
