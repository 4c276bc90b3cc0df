import Diagnostics
import Foundation
import Speech
import TestSupport
import Testing
import Weights

@testable import Upstreams

struct FeatureFilesTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Two layers of width three; every value tells its place and `seed`.
  func states(frames: Int, seed: Float = 0) -> [Float] {
    (0..<2 * frames * 3).map { Float($0) + seed * 1000 }
  }

  func write(_ name: String, frames: Int, seed: Float = 0) throws {
    try folder.write(
      npy("<f4", [2, frames, 3], states(frames: frames, seed: seed)),
      "features/\(name).npy")
  }

  func features() throws -> FeatureFiles {
    try FeatureFiles(named: "features:\(folder.file("features"))")
  }

  func audio(_ name: String, samples: Int = 6400) throws -> String {
    try folder.write(Data(), name)
    return try writeNoise(folder.file(name), samples: samples, seed: 1)
  }

  func source(_ upstream: any Upstream) throws -> FeatureSource {
    try FeatureSource(
      upstream: upstream,
      store: FeatureStore(root: folder.file("store"), report: { _ in }),
      view: .whole, threads: 2)
  }

  func span(_ path: String, start: Int = 0, length: Int = 0) -> AudioSpan {
    AudioSpan(path: path, chain: AudioChain(), start: start, length: length)
  }

  @Test func aCorpusOfLinksIsNamedByItsLinks() throws {
    try write("x", frames: 20, seed: 1)
    try write("y", frames: 20, seed: 2)
    let files = FileManager.default
    try files.moveItem(
      atPath: folder.file("features"), toPath: folder.file("elsewhere"))
    try files.createDirectory(
      atPath: folder.file("features"), withIntermediateDirectories: true)
    // The features lie behind links as well: one of a folder.
    try files.createSymbolicLink(
      atPath: folder.file("features/all"),
      withDestinationPath: folder.file("elsewhere"))
    try files.createSymbolicLink(
      atPath: folder.file("features/all/loop"),
      withDestinationPath: folder.file("features"))
    let source = try source(try features())
    let target = try audio("objects/4711.wav")
    let link = folder.file("corpus/all/x.wav")
    try files.createDirectory(
      atPath: folder.file("corpus/all"), withIntermediateDirectories: true)
    try files.createSymbolicLink(atPath: link, withDestinationPath: target)
    #expect(
      try source.states(for: span(link)).floats()
        == states(frames: 20, seed: 1))
    // A link of another name than its target's features.
    let named = try audio("objects/all/y.wav")
    let other = folder.file("corpus/all/z.wav")
    try files.createSymbolicLink(atPath: other, withDestinationPath: named)
    #expect(
      try source.states(for: span(other)).floats()
        == states(frames: 20, seed: 2))
  }

  @Test func theLongestEndOfThePathIsFound() throws {
    try write("a/x", frames: 20, seed: 1)
    try write("b/x", frames: 20, seed: 2)
    try write("y", frames: 20, seed: 3)
    let upstream = try features()
    #expect(upstream.description.layers == 2)
    #expect(upstream.description.dimension == 3)
    #expect(upstream.description.samplesPerFrame == 320)
    let source = try source(upstream)
    for (name, seed) in [("c/a/x.wav", 1), ("b/x.wav", 2), ("z/y.flac", 3)] {
      let path = try audio("corpus/" + name)
      #expect(
        try source.states(for: span(path)).floats()
          == states(frames: 20, seed: Float(seed)))
    }
  }

  @Test func aMissingUtteranceIsNamedWithWhatWasTried() throws {
    try write("y", frames: 20)
    let path = try audio("corpus/a/x.wav")
    let error = #expect(throws: UserError.self) {
      try source(features()).prepare([span(path)])
    }
    #expect(error?.location == path)
    #expect(error?.what.contains("'x', 'a/x', 'corpus/a/x'") == true)
  }

  @Test func twoFilesAreNeverServedTheSame() throws {
    try write("x", frames: 20)
    let paths = try ["a/x.wav", "b/x.wav"].map { try audio($0) }
    let source = try source(features())
    _ = try source.states(for: span(paths[0]))
    let error = #expect(throws: UserError.self) {
      try source.states(for: span(paths[1]))
    }
    #expect(error?.what.contains(paths[0]) == true)
    #expect(error?.location == paths[1])
  }

  @Test func spansAndCropsAreCutOutOfTheFrames() throws {
    try write("x", frames: 40)
    let path = try audio("x.wav", samples: 12_800)
    let source = try source(features())
    let stored = try source.states(for: span(path, start: 3200, length: 1600))
    #expect(stored.frames == 5 && stored.samples == 1600)
    let whole = states(frames: 40)
    #expect(
      stored.floats()
        == Array(whole[30..<45]) + Array(whole[120 + 30..<120 + 45]))
    var crop = span(path)
    crop.crop = AudioSpan.Crop(length: 3200, variant: 1, seed: 5, item: "x")
    let first = try crop.resolved(samples: 12_800).start
    let row = FrameAlignment.keptFrames(samples: first, samplesPerFrame: 320)
    #expect(
      try source.states(for: crop).floats().prefix(30)
        == whole[row * 3..<row * 3 + 30])
    #expect(throws: UserError.self) {
      try source.states(for: span(path, start: 12_000, length: 1600))
    }
  }

  @Test func effectsOnTheAudioAreRefused() throws {
    try write("x", frames: 20)
    let path = try audio("x.wav")
    let loud = AudioSpan(path: path, chain: AudioChain(gainDecibels: -3))
    let error = #expect(throws: UserError.self) {
      try source(features()).prepare([loud])
    }
    #expect(error?.what.contains("gain=-3") == true)
    #expect(error?.location == path)
  }

  @Test func framesThatDoNotFollowFromTheRateAreRefused() throws {
    try write("x", frames: 40)
    let path = try audio("x.wav")
    let error = #expect(throws: UserError.self) {
      try source(features()).prepare([span(path)])
    }
    #expect(error?.what.contains("gave 40 frames where 20") == true)
    try folder.write(
      Data(#"{"samples_per_frame": 160}"#.utf8), "features/features.json")
    #expect(try source(features()).states(for: span(path)).frames == 40)
  }

  @Test(arguments: [
    "[]", "{", #"{"samples_per_frame": 0}"#, #"{"samples_per_frame": 1.5}"#,
    #"{"samples_per_frame": "160"}"#, #"{"sample_per_frame": 160}"#,
  ])
  func settingsThatMakeNoSenseAreRefused(_ text: String) throws {
    try write("x", frames: 20)
    try folder.write(Data(text.utf8), "features/features.json")
    let error = #expect(throws: UserError.self) { try features() }
    #expect(error?.location == folder.file("features/features.json"))
  }

  @Test func safetensorsOfOneUtteranceMayNameTheTensorInThreeWays() throws {
    for tensor in ["x", "hidden_states", "anything"] {
      var writer = SafeTensorsWriter()
      try writer.add(tensor, shape: [20, 3], floats: states(frames: 10))
      if tensor != "anything" {
        try writer.add("other", shape: [1], floats: [1])
      }
      try FileManager.default.createDirectory(
        atPath: folder.file("features/a"), withIntermediateDirectories: true)
      try writer.write(to: folder.file("features/a/x.safetensors"))
      let path = try audio("a/x.wav")
      let upstream = try features()
      #expect(upstream.description.layers == 1)
      #expect(
        try upstream.hiddenStates(ofFile: path).values
          == states(frames: 10))
    }
  }

  @Test func thePathMayHoldEveryUtterance() throws {
    var writer = SafeTensorsWriter(metadata: ["samples_per_frame": "640"])
    try writer.add("x", shape: [2, 10, 3], floats: states(frames: 10))
    try writer.add("y", shape: [2, 5, 3], floats: states(frames: 5, seed: 1))
    try writer.write(to: folder.file("all.safetensors"))
    let upstream = try FeatureFiles(
      named: "features:\(folder.file("all.safetensors"))")
    #expect(upstream.description.samplesPerFrame == 640)
    let path = try audio("y.wav", samples: 3200)
    #expect(
      try source(upstream).states(for: span(path)).floats()
        == states(frames: 5, seed: 1))
  }

  @Test func whatIsNoFolderOfFeaturesIsRefused() throws {
    #expect(throws: UserError.self) { try features() }
    #expect(throws: UserError.self) { try FeatureFiles(named: "features:") }
    try folder.write(Data("x".utf8), "features/readme.txt")
    #expect(throws: UserError.self) { try features() }
    try folder.write(npy("<f4", [3], [1, 2, 3] as [Float]), "features/x.npy")
    let error = #expect(throws: UserError.self) { try features() }
    #expect(error?.what.contains("shape is [3]") == true)
    try write("x", frames: 2)
    try folder.write(Data("x".utf8), "features/x.safetensors")
    let both = #expect(throws: UserError.self) { try features() }
    #expect(both?.what.contains("both .npy and .safetensors") == true)
  }

  @Test func otherLayersOfOneUtteranceAreRefused() throws {
    try write("a", frames: 20)
    try folder.write(
      npy("<f4", [20, 3], [Float](repeating: 0, count: 60)), "features/b.npy")
    let path = try audio("b.wav")
    let error = #expect(throws: UserError.self) {
      try source(features()).prepare([span(path)])
    }
    #expect(error?.what.contains("promises 2 layers") == true)
  }

  @Test func changedFeaturesHaveAnotherDigest() throws {
    try write("a", frames: 20)
    let first = try features().description.digest
    #expect(try features().description.digest == first)
    try write("a", frames: 21)
    let second = try features().description.digest
    try write("b", frames: 21)
    let third = try features().description.digest
    #expect(Set([first, second, third]).count == 3)
  }
}
