import Diagnostics
import Files
import Foundation
import Speech

/// Libri2Mix for diarization from LibriSpeech and LibriMix's metadata: two
/// sources, each times its gain, the shorter with silence behind it (mode
/// max), one upon the other at 16 kHz, and the folders that Kaldi wants.
///
/// Metadata are `Libri2Mix/libri2mix_<split>.csv` and, of when LibriSpeech's
/// readers speak, `LibriSpeech/<split>.rttm`, both as s3prl's LibriMix has
/// them.
package struct SpeakerMixtures {
  private let speech: String
  private let metadata: String
  /// WHAM's noise, below which `noise_path` lies; nil for clean mixtures.
  private let noise: String?

  /// Ours and LibriSpeech's names.
  package static let splits = [
    (name: "train", source: "train-clean-100"),
    (name: "dev", source: "dev-clean"), (name: "test", source: "test-clean"),
  ]

  package init(speech: String, metadata: String, noise: String?) {
    self.speech = speech
    self.metadata = metadata
    self.noise = noise
  }

  /// A row of the metadata.
  struct Mixture: Sendable {
    var id: String
    /// Files below their roots, with their gains.
    var sources: [(path: String, gain: Float)]
    var noise: (path: String, gain: Float)

    /// The speaker, and the rest of the id that the turns go by.
    var speakers: [(speaker: String, recording: String)] {
      id.split(separator: "_").map { source in
        let speaker = source.prefix { $0 != "-" }
        return (String(speaker), String(source.dropFirst(speaker.count + 1)))
      }
    }
  }

  /// Makes one split below `folder`; a mixture that is there is left alone.
  ///
  /// - Returns: how many mixtures it has.
  package func make(
    _ split: String, from source: String, in folder: String,
    progress: PreparationProgress
  ) throws -> Int {
    let table = "\(metadata)/Libri2Mix/libri2mix_\(source).csv"
    let mixtures = try Self.mixtures(table)
    let turns = try SourceTurns(
      "\(metadata)/LibriSpeech/"
        + source.replacingOccurrences(of: "-", with: "_") + ".rttm")
    // Known before hours of mixing.
    for mixture in mixtures { _ = try turns.of(mixture, in: table) }
    let place = folder + "/" + split
    try makeFolder(place + "/wav")
    let (speech, noise) = (speech, noise)
    try PreparedWork.each(mixtures.count, progress) { index in
      let path = "\(place)/wav/\(mixtures[index].id).wav"
      if access(path, F_OK) == 0 { return }
      try AudioFile.write(
        Self.mix(mixtures[index], speech, noise), to: path, format: .wav16)
    }
    try DataFolder(
      mixtures: mixtures, turns: turns, table: table, folder: place
    ).write()
    return mixtures.count
  }

  private static func mix(
    _ mixture: Mixture, _ speech: String, _ noise: String?
  ) throws -> [Float] {
    let sources = try mixture.sources.map {
      try AudioFile.read(speech + "/" + $0.path)
    }
    let length = sources.map(\.count).max() ?? 0
    var sum = [Float](repeating: 0, count: length)
    func add(_ samples: [Float], _ gain: Float) {
      for (index, sample) in samples.enumerated() {
        sum[index] += sample * gain
      }
    }
    for (samples, source) in zip(sources, mixture.sources) {
      add(samples, source.gain)
    }
    if let noise {
      let samples = try AudioFile.read(noise + "/" + mixture.noise.path)
      add(NoiseLoop.extended(samples, to: length), mixture.noise.gain)
    }
    return sum
  }

  static func mixtures(_ path: String) throws -> [Mixture] {
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw UserError(
        "there is no such file", at: path,
        fix: "--metadata takes the folder metadata of s3prl's LibriMix")
    }
    let lines = String(decoding: bytes, as: UTF8.self)
      .split(whereSeparator: \.isNewline)
      .map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    let header = lines.first?.map(String.init) ?? []
    func column(_ name: String) throws -> Int {
      guard let index = header.firstIndex(of: name) else {
        throw UserError("there is no column '\(name)'", at: path + ":1")
      }
      return index
    }
    let id = try column("mixture_ID")
    let columns = try ["source_1", "source_2", "noise"].map {
      (try column($0 + "_path"), try column($0 + "_gain"))
    }
    return try lines.enumerated().dropFirst().map { number, fields in
      guard fields.count == header.count else {
        throw UserError(
          "\(fields.count) fields, and \(header.count) columns",
          at: "\(path):\(number + 1)")
      }
      let parts = try columns.map { column, gain in
        guard let gain = Float(fields[gain]) else {
          throw UserError(
            "the gain '\(fields[gain])' is no number",
            at: "\(path):\(number + 1)")
        }
        return (path: String(fields[column]), gain: gain)
      }
      return Mixture(
        id: String(fields[id]), sources: Array(parts.prefix(2)),
        noise: parts[2])
    }
  }
}
