import Configuration
import Foundation
import TestSupport
import Testing

@testable import Records
@testable import Runs

/// Configurations as s3prl writes them.
@Suite struct FamiliarConfigurationTests {
  private func read(
    _ text: String, own: String = "downstream_expert: {}",
    corpora: [String: String] = [:], file: String = "/nowhere/config.yaml"
  ) throws -> (ConfigValue, [String]) {
    var told: [String] = []
    let value = try FamiliarConfiguration(
      file: file, own: Samples.yaml(own), corpora: corpora
    ).read(Samples.yaml(text)) { told.append($0) }
    return (value, told)
  }

  @Test func keysWithAnotherNameHereAreRead() throws {
    let own = """
      downstream_expert:
        datarc: {min_timestep: 1}
        modelrc: {frame_dim: 1, pooled_dim: 1, scale: 1, margin: 1}
      """
    let (value, told) = try read(
      """
      downstream_expert:
        datarc: {vad_config: {min_sec: 32000}}
        modelrc:
          input_dim: 512
          module_config: {XVector: {agg_dim: 1500}}
          LossConfig: {AMSoftmaxLoss: {s: 30.0, m: 0.4}}
      """, own: own)
    let expert = try value.map(at: "downstream_expert")
    #expect(try value.int(at: "downstream_expert.modelrc.frame_dim") == 512)
    #expect(try value.int(at: "downstream_expert.modelrc.pooled_dim") == 1500)
    #expect(try value.double(at: "downstream_expert.modelrc.margin") == 0.4)
    #expect(
      try value.int(at: "downstream_expert.datarc.min_timestep") == 32000)
    #expect(expert["datarc"]?.json() == #"{"min_timestep":32000}"#)
    #expect(told == [])
    // Where the task has the key itself, it stays.
    let (kept, _) = try read(
      "downstream_expert: {modelrc: {input_dim: 256}}",
      own: "downstream_expert: {modelrc: {input_dim: 256}}")
    #expect(try kept.int(at: "downstream_expert.modelrc.input_dim") == 256)
  }

  @Test func placesAreLookedForAndGiveWayToTheBenchmarks() throws {
    let folder = try TemporaryFolder()
    let place = folder.path + "/s3prl/downstream/asr"
    try FileManager.default.createDirectory(
      atPath: place, withIntermediateDirectories: true)
    try FileManager.default.createDirectory(
      atPath: folder.path + "/s3prl/data", withIntermediateDirectories: true)
    let text = """
      downstream_expert:
        datarc:
          libri_root: /nowhere/LibriSpeech
          bucket_file: ./data
          phone_path: ./downstream/none
      """
    let (value, told) = try read(
      text, corpora: ["librispeech": "/corpora/ls"],
      file: place + "/config.yaml")
    #expect(
      try value.value(at: "downstream_expert.datarc.libri_root") == nil)
    #expect(
      try value.string(at: "downstream_expert.datarc.bucket_file")
        == folder.path + "/s3prl/data")
    #expect(try value.value(at: "downstream_expert.datarc.phone_path") == nil)
    #expect(told.count == 2)
    #expect(told[0].contains("'librispeech' of the benchmark"))
    // Without one there, the task says that nothing lies at the path.
    let (kept, silent) = try read(
      "downstream_expert: {datarc: {libri_root: /nowhere/LibriSpeech}}")
    #expect(
      try kept.string(at: "downstream_expert.datarc.libri_root")
        == "/nowhere/LibriSpeech")
    #expect(silent == [])
  }

  /// `ctc/libriphone.yaml`, but for what has nothing to do with places.
  @Test func lexiconsGiveWayToTheBenchmarks() throws {
    let folder = try TemporaryFolder()
    let names = ["200k-g2p", "allothers-g2p"].map {
      "librispeech-lexicon-\($0).txt"
    }
    let text = """
      downstream_expert:
        corpus:
          name: 'libriphone'
          path: '/home/leo/d/datasets/LibriSpeech'
          lexicon:
            - downstream/ctc/lexicon/\(names[0])
            - downstream/ctc/lexicon/\(names[1])
      """
    let corpora = ["librispeech": "/ls", "librispeech_lexicon": folder.path]
    func lexicons(_ value: ConfigValue) throws -> [String] {
      try value.strings(at: "downstream_expert.corpus.lexicon")
    }
    let (missing, _) = try read(text, corpora: corpora)
    #expect(try lexicons(missing)[0] == "downstream/ctc/lexicon/\(names[0])")
    for name in names {
      try Data("A  AH0\n".utf8).write(
        to: URL(fileURLWithPath: folder.path + "/" + name))
    }
    let (value, told) = try read(text, corpora: corpora)
    #expect(try lexicons(value) == names)
    #expect(told.count == 3)
    #expect(told[1].contains("the benchmark's corpus 'librispeech_lexicon'"))
    // In s3prl's own tree they are where it says.
    let tree = folder.path + "/s3prl/downstream/ctc"
    try FileManager.default.createDirectory(
      atPath: tree + "/lexicon", withIntermediateDirectories: true)
    for name in names {
      try Data("A  AH0\n".utf8).write(
        to: URL(fileURLWithPath: "\(tree)/lexicon/\(name)"))
    }
    let (own, _) = try read(
      text, corpora: corpora, file: tree + "/libriphone.yaml")
    #expect(try lexicons(own) == names.map { "\(tree)/lexicon/\($0)" })
  }

  @Test func emptyRunnerIsLeftToTheTask() throws {
    let folder = try TemporaryFolder()
    let own = folder.path + "/own.yaml"
    try Data(
      "runner: {total_steps: 0}\noptimizer: {name: Adam, lr: 0.1}".utf8
    ).write(to: URL(fileURLWithPath: own))
    let value = try TaskConfiguration.value(
      for: ["qbe"],
      in: Samples.yaml("runner: {}\ndownstream_expert: {a: 1}"), own: own)
    #expect(try TaskConfiguration(value).settings.totalSteps == 0)
  }

  @Test func filesOfSeveralTasksAreToldFromOthers() throws {
    func tasks(_ text: String) throws -> [String]? {
      TaskConfiguration.tasks(in: try Samples.yaml(text))
    }
    #expect(try tasks("ks: {runner: {}}\nsid:") == ["ks", "sid"])
    #expect(try tasks("runner: {total_steps: 1}") == nil)
    #expect(try tasks("runer: {total_steps: 1}") == nil)
    #expect(try tasks("text") == nil)
  }
}
