import Foundation
import Hosting
import Records
import Testing

/// A folder of a stranger's, in `Plugins/` of the working folder.
@Suite struct DroppedFolderTests {
  @Test func swiftFolderIsListedAndTrained() throws {
    let folder = try BenchmarkFolder()
    try folder.write("Plugins/pitch/Task.swift", TaskSources.swift(id: "pitch"))
    try folder.write(
      "Plugins/pitch/config.yaml", TaskSources.swiftConfiguration)
    let tasks = try folder.superb("tasks")
    #expect(tasks.exitCode == 0)
    #expect(tasks.output.contains("high or low"))
    #expect(tasks.output.contains("keyword spotting"))

    let run = try folder.superb("run", "--tasks", "pitch")
    #expect(run.exitCode == 0, "\(run.errors)")
    let result = try folder.result("fbank_no_cmvn", "pitch")
    #expect(result.task.title == "high or low")
    #expect(try #require(result.primaryMetric).value > 0.9)
    #expect(try folder.superb("report").output.contains("pitch"))
  }

  @Test func cFolderIsListedAndTrained() throws {
    let folder = try BenchmarkFolder()
    try TaskSources.CTask(id: "words_in_c").write(to: folder)
    #expect(try folder.superb("tasks").output.contains("words_in_c"))
    let run = try folder.superb(
      "run", "--tasks", "words_in_c", "-u", "fbank_no_cmvn")
    #expect(run.exitCode == 0, "\(run.errors)")
    let result = try folder.result("fbank_no_cmvn", "words_in_c")
    #expect(try #require(result.primaryMetric).value > 0.9)
  }

  @Test func changedSourceIsBuiltAgainAndIsAnotherExperiment() throws {
    let folder = try BenchmarkFolder()
    var task = TaskSources.CTask(id: "changing")
    try task.write(to: folder)
    let run = ["run", "--tasks", "changing", "-u", "fbank_no_cmvn"]
    #expect(try folder.superb(run).exitCode == 0)
    #expect(try folder.superb(run).errors.contains("done before"))
    task.atEnd = "/* Another digest. */"
    try task.write(to: folder)
    let again = try folder.superb(run)
    #expect(again.errors.contains("building task changing"))
    #expect(!again.errors.contains("done before"))
    #expect(Set(try folder.results().values.map(\.signature)).count == 2)
  }

  @Test func earlierFolderTakesTheNameAndTheOtherIsNamed() throws {
    let folder = try BenchmarkFolder()
    try TaskSources.CTask(id: "ks").write(to: folder)
    let tasks = try folder.superb("tasks")
    #expect(tasks.exitCode == 0)
    #expect(!tasks.output.contains("keyword spotting"))
    #expect(tasks.errors.contains("not used: ks"))
  }

  @Test func builtLibrariesOnThePluginPathAreTasks() throws {
    let folder = try BenchmarkFolder()
    try TaskSources.CTask(id: "prebuilt").write(to: folder)
    let build = try folder.superb("task", "build", "Plugins/prebuilt")
    #expect(build.exitCode == 0, "\(build.errors)")
    let library = build.output.trimmingCharacters(in: .whitespacesAndNewlines)
    let place = folder.path + "/elsewhere"
    try FileManager.default.createDirectory(
      atPath: place, withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      atPath: library, toPath: place + "/prebuilt.so")
    try FileManager.default.removeItem(atPath: folder.path + "/Plugins")
    #expect(!(try folder.superb("tasks").output.contains("prebuilt")))
    let named = try folder.superb("tasks", "--plugin-path", place)
    #expect(named.output.contains("prebuilt"), "\(named.errors)")
  }

  @Test func tasksInSwiftAndInCLiveInOneProcess() throws {
    let folder = try BenchmarkFolder()
    try folder.write("Plugins/pitch/Task.swift", TaskSources.swift(id: "pitch"))
    try TaskSources.CTask(id: "words_in_c").write(to: folder)
    let libraries = try [
      "Plugins/pitch", "Plugins/words_in_c",
      Program.repository + "/Plugins/ks",
      Program.repository + "/Plugins/emotion",
    ].map { path in
      try folder.superb("task", "build", path).output
        .trimmingCharacters(in: .whitespacesAndNewlines)
    }
    let described = try folder.superb(["describe-library"] + libraries)
    #expect(described.exitCode == 0, "\(described.errors)")
    guard case .tasks(let descriptions) = TaskProbe.answer(in: described.output)
    else {
      Issue.record("\(described.output)")
      return
    }
    #expect(
      descriptions.map(\.id) == ["pitch", "words_in_c", "ks", "emotion"])
    #expect(descriptions.last?.folds?.names.count == 5)
  }
}
