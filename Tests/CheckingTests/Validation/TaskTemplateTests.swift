import Foundation
import Testing

@testable import Checking

/// `superb task new` and `superb task check`, as a user runs them.
@Suite struct TaskTemplateTests {
  private struct Report: Decodable {
    var passed: Bool
    var results: [CheckResult]
  }

  @Test(arguments: ["swift", "c"])
  func theTemplateBuildsAndPassesEverything(_ language: String) throws {
    let folder = try ScratchFolder()
    let made = try TestProgram.run(
      ["task", "new", "my_words", "--language", language], in: folder.path)
    #expect(made.status == 0, "\(made.text)")
    let place = folder.path + "/Plugins/my_words/"
    let files = try FileManager.default.contentsOfDirectory(atPath: place)
    #expect(files.contains("config.yaml") && files.contains("README.md"))
    for file in files {
      let text = try String(contentsOfFile: place + file, encoding: .utf8)
      for name in ["sound_classes", "SoundClasses", "two_words", "TWO_WORDS"] {
        #expect(!text.contains(name) && !file.contains(name), "\(file)")
      }
    }

    let checked = try TestProgram.run(
      ["task", "check", "Plugins/my_words", "--json"], in: folder.path)
    #expect(checked.status == 0, "\(checked.text)")
    let start = try #require(checked.text.firstIndex(of: "{"))
    let report = try JSONDecoder().decode(
      Report.self, from: Data(checked.text[start...].utf8))
    #expect(report.passed)
    // What a task may leave out. The example in C pools by itself, and its
    // wish for predictions is a warning.
    let extensions: Set<String> = [
      "folds", "state", "predict", "pooling", "emissions",
    ]
    for result in report.results {
      let isExtension =
        result.status == .skipped && extensions.contains(result.check)
      let isWish = language == "c" && result.status == .warning
      #expect(result.status == .passed || isExtension || isWish, "\(result)")
    }
  }

  @Test func theExampleInSwiftHasAWholeReadme() throws {
    let readme = try String(
      contentsOfFile: TestProgram.installation().examples
        + "/swift-task/README.md", encoding: .utf8)
    let headings = readme.split(separator: "\n").filter { $0.hasPrefix("## ") }
    #expect(
      headings == [
        "## Data", "## Protocol", "## Head", "## Metric",
        "## Deviations and accidents", "## Cost",
      ])
  }

  @Test func theExampleInCFailsNothing() throws {
    let folder = try ScratchFolder()
    let example = try TestProgram.installation().examples + "/c-task"
    let checked = try TestProgram.run(
      ["task", "check", example, "--only-failed"], in: folder.path)
    #expect(checked.status == 0, "\(checked.text)")
    #expect(checked.text.contains("passed"))
  }

  @Test func aFailureIsExitCodeOne() throws {
    let folder = try ScratchFolder()
    _ = try BrokenTask.build(["NAN_LOSS"], in: folder.path)
    let checked = try TestProgram.run(
      ["task", "check", "toy.so", "--only", "loss,leaks"], in: folder.path)
    #expect(checked.status == 1)
    #expect(checked.text.contains("failed   toy: loss"))
    #expect(checked.text.contains("skipped  toy: leaks"))
  }

  @Test(arguments: [
    ["task", "check", "nowhere"], ["task", "check", "empty"],
    ["task", "check", "toy.so", "--only", "los"], ["task", "new", "Bad-Name"],
    ["task", "new", "empty", "--in", "."], ["task", "new", "x y"],
  ]) func wrongInputIsExitCodeTwo(_ arguments: [String]) throws {
    let folder = try ScratchFolder()
    try FileManager.default.createDirectory(
      atPath: folder.path + "/empty", withIntermediateDirectories: true)
    _ = try BrokenTask.build([], in: folder.path)
    let output = try TestProgram.run(arguments, in: folder.path)
    #expect(output.status == 2, "\(output.text)")
  }
}
