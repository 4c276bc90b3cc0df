import Files
import Foundation
import Records
import Testing
import Weights

@testable import Training

/// Checkpoints that somebody else has made: their numbers are used, and what
/// they name is not, unless the user names it, too.
@Suite struct SharedCheckpointTests {
  /// A trained head's checkpoint in a folder of its own.
  private func trained() throws -> (folder: BenchmarkFolder, file: String) {
    let folder = try BenchmarkFolder()
    let run = try folder.superb(
      "run", "-u", "fbank_no_cmvn", "-o", "config.runner.total_steps=50")
    #expect(run.exitCode == 0, "\(run.errors)")
    let file = try #require(
      folder.files().first { $0.hasSuffix("dev-best.ckpt") })
    return (folder, folder.path + "/runs/" + file)
  }

  /// Writes the checkpoint again, with a checksum that fits.
  private func forge(
    _ file: String, as place: String,
    experiment change: (inout Experiment) -> Void = { _ in },
    progress: (inout TrainingProgress) -> Void = { _ in }
  ) throws {
    let stored = try StoredCheckpoint(path: file)
    let tensors = try SafeTensors(path: file)
    var (experiment, mark) = (try stored.experiment(), stored.progress)
    change(&experiment)
    progress(&mark)
    var strings = tensors.metadata
    strings["experiment"] = try JSONEncoder.sorted.text(experiment)
    strings["progress"] = try JSONEncoder.sorted.text(mark)
    try makeFolder((place as NSString).deletingLastPathComponent)
    try CheckpointTensor.write(
      try tensors.names.map { name in
        let tensor = try tensors.tensor(name)
        return tensor.element == .float32
          ? CheckpointTensor(
            name: name, shape: tensor.shape, floats: try tensors.floats(name))
          : CheckpointTensor(
            name: name,
            bytes: try tensors.withUnsafeBytes(of: name) { Array($0) })
      }, strings, to: place)
  }

  @Test func noLibraryOfACheckpointIsLoaded() throws {
    let (folder, file) = try trained()
    let (mark, library) = (folder.path + "/run", folder.path + "/evil.so")
    try folder.write(
      "evil.c",
      """
      #include <stdio.h>
      __attribute__((constructor)) static void run(void) {
        fclose(fopen("\(mark)", "w"));
      }
      """)
    #expect(
      try Subprocess.run([
        "/usr/bin/cc", "-shared", "-fPIC", "-o", library,
        folder.path + "/evil.c",
      ]).status == 0)
    let shared = folder.path + "/shared/x.ckpt"
    try forge(file, as: shared, experiment: { $0.library = library })
    let figures = try [file, shared].map {
      let asked = try folder.superb(
        "evaluate", "--from", $0, "-t", "test", "--json")
      #expect(asked.exitCode == 0, "\(asked.errors)")
      return asked.output.replacingOccurrences(of: $0, with: "")
    }
    #expect(figures[0] == figures[1])
    #expect(!FileManager.default.fileExists(atPath: mark))
  }

  @Test(arguments: ["evaluate", "predict", "run"])
  func codeOfACheckpointIsRunOnlyIfTheUserNamesIt(command: String) throws {
    let (folder, file) = try trained()
    let mark = folder.path + "/run"
    try folder.write("evil.py", "open('\(mark)', 'w')\n")
    let upstream = "python:evil.py:Evil"
    let shared = folder.path + "/shared/x.ckpt"
    try forge(file, as: shared, experiment: { $0.upstream = upstream })
    let corpus = try ToneCorpus.shared.get().path
    let arguments =
      switch command {
      case "run": ["run", "-e", shared]
      case "predict":
        [
          "predict", "--from", shared,
          corpus + "/speech_commands_test/yes/1.wav",
        ]
      default: ["evaluate", "--from", shared]
      }
    let refused = try folder.superb(arguments)
    #expect(refused.exitCode == 2)
    #expect(refused.errors.contains("--upstream '\(upstream)'"))
    #expect(!FileManager.default.fileExists(atPath: mark))
    // The user's own word is enough, and the class then is none.
    let named = try folder.superb(arguments + ["--upstream", upstream])
    #expect(named.exitCode != 0)
    #expect(!named.errors.contains("not named"), "\(named.errors)")
  }

  @Test func aFolderThatACheckpointNamesIsNotLookedInto() throws {
    let (folder, file) = try trained()
    let shared = folder.path + "/shared/x.ckpt"
    try forge(
      file, as: shared,
      experiment: {
        $0.corpora["speech_commands"] = "/somewhere/else"
        $0.store = folder.path + "/stolen"
      })
    // The benchmark's own folder of that corpus stands in.
    let asked = try folder.superb("evaluate", "--from", shared, "-t", "test")
    #expect(asked.exitCode == 0, "\(asked.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/stolen"))
    try folder.write("none.yaml", "name: none\n")
    let refused = try folder.superb(
      "evaluate", "--from", shared, "--benchmark", "none.yaml")
    #expect(refused.exitCode == 2)
    #expect(
      refused.errors.contains("'speech_commands' is /somewhere/else"),
      "\(refused.errors)")
  }

  @Test(arguments: ["../../../x.ckpt", "/tmp/x.ckpt", ".hidden", "a/b", ""])
  func namesOutsideTheFolderAreRefused(name: String) throws {
    let (folder, file) = try trained()
    let shared = folder.path + "/shared/x.ckpt"
    for isBest in [false, true] {
      try forge(
        file, as: shared,
        progress: {
          if isBest {
            $0.best = TrainingProgress.Best(split: "dev", file: name)
          } else {
            $0.saved[name] = 1
          }
        })
      let before = folder.files(below: "")
      let continued = try folder.superb(
        "run", "-e", shared, "-o", "config.runner.total_steps=60")
      #expect(continued.exitCode == 2)
      #expect(continued.errors.contains("outside its folder"))
      #expect(folder.files(below: "") == before)
    }
  }
}
