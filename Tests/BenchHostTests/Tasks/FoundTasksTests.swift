import Foundation
import Testing

/// Tasks and settings that lie in the working folder, where nobody has named
/// them.
@Suite struct FoundTasksTests {
  private static let task = TaskSources.CTask(id: "mine")

  @Test func tasksThatOthersCouldHaveWrittenAreNotRun() throws {
    let folder = try BenchmarkFolder()
    try Self.task.write(to: folder)
    chmod(folder.path + "/Plugins/mine/task.c", 0o666)
    let run = try folder.superb("run", "-u", "fbank", "-d", "mine")
    #expect(run.exitCode == 1)
    #expect(
      run.errors.contains("Plugins/mine/task.c: a task that others could"),
      "\(run.errors)")
    #expect(run.errors.contains("everybody may write to it"))
    #expect(
      folder.files(below: "cache/tasks/").filter { $0.hasPrefix("mine-") }
        .isEmpty)
    // Whoever names the folder has looked at it.
    let named = try folder.superb("tasks", "--plugin-path", "Plugins")
    #expect(named.output.contains("mine"), "\(named.errors)")
    chmod(folder.path + "/Plugins/mine/task.c", 0o644)
    #expect(try folder.superb("tasks").output.contains("mine"))
  }

  @Test func settingsThatOthersCouldHaveWrittenAreNotUsed() throws {
    let folder = try BenchmarkFolder()
    chmod(folder.path + "/benchmark.yaml", 0o646)
    let run = try folder.superb("run", "--dry-run")
    #expect(run.exitCode == 2)
    #expect(
      run.errors.contains("benchmark.yaml: others could have changed"),
      "\(run.errors)")
    #expect(
      try folder.superb("cache", "list", "--benchmark", "benchmark.yaml")
        .exitCode == 0)
  }

  @Test func tasksInFrontOfShippedOnesAreMentionedOnce() throws {
    let folder = try BenchmarkFolder()
    try TaskSources.CTask(id: "ks").write(to: folder)
    let tasks = try folder.superb("tasks")
    let note = "shipped tasks, those of Plugins here are used: ks"
    #expect(tasks.errors.components(separatedBy: note).count == 2)
  }

  @Test func codeThatASettingsFileNamesIsMentioned() throws {
    let folder = try BenchmarkFolder(
      "upstreams: ['python:mine.py:Mine']\ntasks: [ks]\n")
    let run = try folder.superb("run")
    #expect(
      run.errors.contains(
        "benchmark.yaml here names code that is run: python:mine.py:Mine"),
      "\(run.errors)")
  }

  @Test func aLibraryThatOthersPutIntoTheCacheIsBuiltAnew() throws {
    let folder = try BenchmarkFolder()
    // A cache of its own, built into by this test alone.
    folder.setEnvironment("SUPERB_CACHE_DIR", folder.path + "/other")
    try FileManager.default.createDirectory(
      atPath: folder.path + "/other", withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      atPath: (folder.path + "/cache/tasks" as NSString)
        .resolvingSymlinksInPath, toPath: folder.path + "/other/tasks")
    try Self.task.write(to: folder)
    #expect(try folder.superb("tasks").output.contains("mine"))
    let name = try #require(
      folder.files(below: "other/tasks").first {
        $0.hasPrefix("mine-") && $0.hasSuffix(".so")
      })
    let library = folder.path + "/other/tasks/" + name
    #expect(try !folder.superb("tasks").errors.contains("building"))
    chmod(library, 0o777)
    #expect(try folder.superb("tasks").errors.contains("building task mine"))
    #expect(try !folder.superb("tasks").errors.contains("building"))
  }
}
