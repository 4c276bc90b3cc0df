import Diagnostics
import Foundation
import Models
import TestSupport
import Testing

@testable import Upstreams

struct TrainerCheckpointTests {
  let folder: TemporaryFolder
  let family: UpstreamFamily

  init() throws {
    folder = try TemporaryFolder()
    family = PretrainedFamilyTests.family(folder)
  }

  @Test(arguments: CheckpointFixture.files)
  func statesAreThoseOfS3PRLsExpert(_ file: String) throws {
    let fixture = try CheckpointFixture(file)
    let upstream = try family.make(fixture.path)
    #expect(!fixture.cases.isEmpty)
    for one in fixture.cases {
      let found = try upstream.hiddenStates(
        of: CheckpointFixture.waveform(one.samples))
      #expect(found.layers == one.shape[0])
      #expect(found.dimension == one.shape[2])
      let frames = one.frames ?? Array(0..<one.shape[1])
      if one.frames == nil { #expect(found.frames == one.shape[1]) }
      let size = found.dimension
      var place = 0
      for layer in 0..<found.layers {
        var (difference, largest): (Float, Float) = (0, 0)
        for frame in frames {
          let row = (layer * found.frames + frame) * size
          for index in row..<row + size {
            let distance = abs(found.values[index] - one.values[place])
            // A NaN is a difference, too.
            if !(distance <= difference) { difference = distance }
            largest = max(largest, abs(one.values[place]))
            place += 1
          }
        }
        #expect(largest > 0.05)
        #expect(
          difference <= 1e-4 * largest,
          "\(one.samples) samples, layer \(layer): off by \(difference)")
      }
    }
  }

  @Test(arguments: CheckpointFixture.files)
  func theDescriptionIsThatOfTheModel(_ file: String) throws {
    let path = try CheckpointFixture(file).path
    let description = try family.describe(path)
    #expect(description.samplesPerFrame == 160)
    #expect(description.weights == path)
    #expect((description.receptiveField ?? 0) >= 400)
    let states = try family.make(path).hiddenStates(
      of: CheckpointFixture.waveform(4000))
    #expect(states.layers == description.layers)
    #expect(states.dimension == description.dimension)
    #expect(description.parameters > 1000)
  }

  /// Twelve convolutions over frames give thirteen states, as s3prl has it.
  @Test func parametersAreCountedWithoutHeads() throws {
    let apc = try family.describe(try CheckpointFixture("apc.ckpt").path)
    #expect(apc.parameters == 3 * 20 * (80 + 20 + 2) + 2 * 3 * 20 * (40 + 2))
    // One layer serves thrice.
    let shared = try family.describe(
      try CheckpointFixture("audio_albert.ckpt").path)
    let layer = 4 * (24 * 24 + 24) + 2 * 24 * 40 + 40 + 24 + 4 * 24
    #expect(shared.parameters == 24 * 201 + 24 + 48 + layer)
    #expect(shared.layers == 4)
  }

  @Test(arguments: CheckpointFixture.files)
  func bitsDependOnTheSamplesAlone(_ file: String) async throws {
    let upstream = try family.make(try CheckpointFixture(file).path)
    let waveform = CheckpointFixture.waveform(8000)
    let alone = try upstream.hiddenStates(of: waveform)
    _ = try upstream.hiddenStates(of: CheckpointFixture.waveform(20000))
    try await withThrowingTaskGroup(of: HiddenStates?.self) { group in
      for index in 0..<6 {
        group.addTask {
          let count = index % 3 == 0 ? 3000 + 700 * index : 8000
          let states = try upstream.hiddenStates(
            of: Array(CheckpointFixture.waveform(count)))
          return count == 8000 ? states : nil
        }
      }
      for try await states in group {
        if let states { #expect(states == alone) }
      }
    }
  }

  @Test(arguments: CheckpointFixture.files)
  func silenceAndShortAudioAreNoTrap(_ file: String) throws {
    let upstream = try family.make(try CheckpointFixture(file).path)
    let silence = try upstream.hiddenStates(
      of: [Float](repeating: 0, count: 4000))
    #expect(silence.isFinite)
    for count in [0, 1, 100, 200] {
      #expect(throws: UserError.self) {
        try upstream.hiddenStates(of: CheckpointFixture.waveform(count))
      }
    }
  }

  /// The level that the samples have does not matter to TERA.
  @Test func samplesAreBroughtToTheirLevel() throws {
    let upstream = try family.make(try CheckpointFixture("tera.ckpt").path)
    let waveform = CheckpointFixture.waveform(4000)
    let states = try upstream.hiddenStates(of: waveform)
    let louder = try upstream.hiddenStates(of: waveform.map { $0 * 8 })
    for (a, b) in zip(states.values, louder.values) {
      #expect(abs(a - b) < 1e-3)
    }
  }

  /// A zip file whose directory has no checksums, as some writers leave it.
  private static func withoutChecksums(_ zip: Data) -> Data {
    var zip = zip
    var from = zip.startIndex
    while let entry = zip.range(
      of: Data([0x50, 0x4b, 1, 2]), in: from..<zip.endIndex)
    {
      let checksum = entry.lowerBound + 16..<entry.lowerBound + 20
      zip.replaceSubrange(checksum, with: Data(count: 4))
      from = entry.upperBound
    }
    return zip
  }

  @Test func anotherSettingThanTheUnderstoodOnesIsRefused() throws {
    let bytes = try Data(
      contentsOf: URL(fileURLWithPath: CheckpointFixture("tera.ckpt").path))
    for (setting, other, what) in [
      ("gelu", "relu", "hidden_act"), ("win_ms", "win_mz", nil),
      ("n_mels", "n_melz", "feature_projection.projection.weight"),
      ("mel", "mfc", "audio.input"),
      ("num_hidden_layers", "num_hidden_layerz", "num_hidden_layers"),
    ] as [(String, String, String?)] {
      // A string of the pickle: its length stands before it.
      func pickled(_ text: String) -> Data {
        Data([0x58, UInt8(text.utf8.count), 0, 0, 0]) + Data(text.utf8)
      }
      var changed = bytes
      let range = try #require(changed.range(of: pickled(setting)))
      changed.replaceSubrange(range, with: pickled(other))
      changed = Self.withoutChecksums(changed)
      let path = folder.file("changed.ckpt")
      try changed.write(to: URL(fileURLWithPath: path))
      guard let what else {
        _ = try family.describe(path)
        continue
      }
      let error = #expect(throws: UserError.self) {
        try family.describe(path)
      }
      #expect(error?.location == path)
      #expect(
        error?.what.contains(what) == true, "\(error.map { "\($0)" } ?? "")")
    }
  }

  /// Whatever a byte is changed to, a checkpoint is read or refused.
  @Test(arguments: CheckpointFixture.files)
  func damagedCheckpointsAreReadOrRefused(_ file: String) throws {
    let original = [UInt8](
      try Data(
        contentsOf: URL(fileURLWithPath: CheckpointFixture(file).path)))
    let path = folder.file("damaged.ckpt")
    var random = SeededGenerator(seed: UInt64(file.utf8.count))
    let box = TimeBox(share: 0.25)
    var refused = 0
    while box.isOpen {
      var bytes = original
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        // The pickle stands at the beginning; the rest are numbers.
        let most = min(bytes.count, 6000)
        bytes[Int.random(in: 0..<most, using: &random)] =
          UInt8.random(in: 0...255, using: &random)
      }
      if Int.random(in: 0..<8, using: &random) == 0 {
        bytes.removeLast(Int.random(in: 1..<bytes.count, using: &random))
      }
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      do {
        _ = try family.describe(path)
      } catch is UserError {
        refused += 1
      }
    }
    #expect(refused > 0)
  }
}
