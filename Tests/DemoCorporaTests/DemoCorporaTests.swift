import Diagnostics
import Files
import Foundation
import Speech
import Synchronization
import Testing

@testable import DemoCorpora

@Suite(.needsEspeak) struct DemoCorporaTests {
  private func make(
    _ directory: TemporaryDirectory, seed: UInt64 = 1, jobs: Int = 2,
    only: [String]? = ["speech_commands_test"], program: String = "espeak-ng"
  ) throws -> [DemoSummary] {
    try DemoCorpora(seed: seed, jobs: jobs, size: .tiny, program: program)
      .make(in: directory.path, only: only)
  }

  @Test func everyCorpusHoldsWhatItsPlanSays() throws {
    let directory = try TemporaryDirectory()
    let summaries = try make(directory, only: nil)
    #expect(summaries.map(\.name) == DemoCorpora.names)
    for summary in summaries {
      var files = try directory.files(below: summary.name)
      #expect(files.removeValue(forKey: DemoMarker.fileName) != nil)
      #expect(files.count == summary.files)
      #expect(files.values.reduce(0) { $0 + $1.count } == summary.bytes)
      #expect(summary.isNew)
      var samples = 0
      for (path, data) in files where path.hasSuffix(".wav") {
        let wave = try #require(WaveFile([UInt8](data)), "\(path)")
        #expect([8_000, 16_000].contains(wave.rate))
        // Every file has a background: nowhere a run of digital silence.
        let silence = wave.samples.split { $0 != 0 }.map(\.count).max() ?? 0
        #expect(silence < 32, "\(path)")
        #expect(wave.samples.contains { abs(Int($0)) > 100 }, "\(path)")
        samples += wave.samples.count * 16_000 / wave.rate
      }
      for path in files.keys where path.hasSuffix(".flac") {
        let sound = try AudioFile.read(
          directory.path + "/" + summary.name + "/" + path)
        #expect(sound.contains { abs($0) > 0.003 }, "\(path)")
        samples += sound.count
      }
      #expect(Double(samples) / 16_000 == summary.seconds)
    }
    let top = try FileManager.default.contentsOfDirectory(
      atPath: directory.path)
    #expect(top.sorted() == DemoCorpora.names.sorted())
  }

  @Test func sameSeedGivesSameBytesWhateverTheJobs() throws {
    let one = try TemporaryDirectory()
    let two = try TemporaryDirectory()
    let only = ["speech_commands_test", "fluent_speech_commands"]
    _ = try make(one, jobs: 1, only: only)
    _ = try make(two, jobs: 3, only: only)
    #expect(try one.files() == two.files())
  }

  @Test func anotherSeedGivesOtherBytes() throws {
    let one = try TemporaryDirectory()
    let two = try TemporaryDirectory()
    _ = try make(one, seed: 1)
    _ = try make(two, seed: 2)
    let pairs = try (Set(one.files().values), Set(two.files().values))
    #expect(pairs.0.isDisjoint(with: pairs.1))
  }

  @Test func completeCorpusIsLeftAlone() throws {
    let directory = try TemporaryDirectory()
    let first = try make(directory)
    try directory.write("mine", to: "speech_commands_test/note.txt")
    let second = try make(directory)
    #expect(second.map(\.isNew) == [false])
    #expect(second.map(\.seconds) == first.map(\.seconds))
    #expect(
      try directory.files().keys.contains("speech_commands_test/note.txt"))
  }

  @Test func anotherSeedReplacesTheCorpus() throws {
    let directory = try TemporaryDirectory()
    let fresh = try TemporaryDirectory()
    _ = try make(directory, seed: 1)
    #expect(try make(directory, seed: 2).map(\.isNew) == [true])
    _ = try make(fresh, seed: 2)
    #expect(try directory.files() == fresh.files())
  }

  @Test func foreignFolderIsRefusedAndUntouched() throws {
    let directory = try TemporaryDirectory()
    try directory.write("precious", to: "speech_commands_test/yes/a.wav")
    let error = #expect(throws: UserError.self) { try make(directory) }
    #expect(error?.location?.hasSuffix("/speech_commands_test") == true)
    #expect(try directory.files().count == 1)
  }

  @Test func interruptedMakeIsDoneAgain() throws {
    let directory = try TemporaryDirectory()
    let fresh = try TemporaryDirectory()
    try directory.write("half", to: ".speech_commands_test.partial/yes/x.wav")
    #expect(try make(directory).map(\.isNew) == [true])
    _ = try make(fresh)
    #expect(try directory.files() == fresh.files())
  }

  @Test func failureLeavesNoCorpusBehind() throws {
    let directory = try TemporaryDirectory()
    // Greets as espeak-ng does, and cannot speak.
    try directory.write(
      "#!/bin/sh\n[ \"$1\" = --version ] && echo 'mute 1.0' && exit\nexit 3\n",
      to: "mute")
    let program = directory.path + "/mute"
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: program)
    #expect(throws: UserError.self) { try make(directory, program: program) }
    #expect(access(directory.path + "/speech_commands_test", F_OK) != 0)
  }

  @Test func secondMakerInOneDirectoryIsRefused() throws {
    let directory = try TemporaryDirectory()
    let lock = try FileLock(path: directory.path)
    #expect(throws: UserError.self) { try make(directory) }
    lock.unlock()
    #expect(try make(directory).count == 1)
  }

  @Test func unknownNameSuggestsTheNearest() throws {
    let directory = try TemporaryDirectory()
    let error = #expect(throws: UserError.self) {
      try make(directory, only: ["voxceleb"])
    }
    #expect(error?.fix == "did you mean 'voxceleb1'?")
  }

  @Test func progressCountsEveryClipOnce() throws {
    let directory = try TemporaryDirectory()
    let seen = Mutex<[DemoProgress]>([])
    _ = try DemoCorpora(seed: 1, jobs: 2, size: .tiny).make(
      in: directory.path, only: ["speech_commands_test"]
    ) { progress in seen.withLock { $0.append(progress) } }
    let steps = seen.withLock { $0 }
    let total = try #require(steps.first).total
    #expect(steps.map(\.done) == Array(1...total))
  }
}
