import Foundation
import Testing

/// Who names one task waits for one, and hears of all mistakes at once.
@Suite struct NamedTasksTests {
  @Test func onlyWhatIsNamedIsBuilt() throws {
    let folder = try BenchmarkFolder(nil)
    folder.setEnvironment("SUPERB_CACHE_DIR", folder.path + "/other")
    try TaskSources.CTask(id: "mine").write(to: folder)
    try TaskSources.CTask(id: "yours").write(to: folder)
    let shown = try folder.superb("tasks", "mine")
    #expect(shown.exitCode == 0, "\(shown.errors)")
    let built = folder.files(below: "other/tasks").filter {
      $0.hasSuffix(".so")
    }
    #expect(built.count == 1)
    #expect(built.first?.hasPrefix("mine-") == true)
  }

  @Test func mistakesAreToldAtOnceAndBeforeAnythingIsBuilt() throws {
    let folder = try BenchmarkFolder(
      BenchmarkFolder.standard.replacingOccurrences(
        of: "speech_commands: CORPORA/speech_commands\n",
        with: "speech_commands: CORPORA/nowhere\n"))
    folder.setEnvironment("SUPERB_CACHE_DIR", folder.path + "/other")
    let run = try folder.superb(
      "run", "-u", "fbnk,mfc", "-d", "ks,exampel", "-o", "nonsense", "-o",
      "args.limitt=1,,config.optimizer.lrr=1", "-o",
      "config.downstream_expert.datarc.batch_szie=1")
    #expect(run.exitCode == 2)
    for part in [
      "'nonsense' has no '='", "no argument 'limitt'", "no upstream 'fbnk'",
      "no upstream 'mfc'", "no task 'exampel' (did you mean 'example'?)",
      "unknown key 'lrr'", "'speech_commands' is not there",
      "did you mean 'batch_size'?",
    ] {
      #expect(
        run.errors.components(separatedBy: part).count == 2, "\(run.errors)")
    }
    #expect(folder.files(below: "other") == [])
    #expect(folder.files() == [])
  }

  @Test func layerThatNoUpstreamHasIsAMistake() throws {
    let folder = try BenchmarkFolder()
    let run = try folder.superb("run", "-l", "3")
    #expect(run.exitCode == 2)
    #expect(run.errors.contains("there is no layer 3"))
  }
}
