import Foundation
import Testing

/// Libraries of Swift tasks that were built with another TaskKit.
@Suite struct OtherKitTests {
  private static let otherDigest = "feedfacefeedface"

  /// Builds the task `id` and gives its library with the stamp of a kit that
  /// never was.
  private func build(
    _ id: String, in folder: BenchmarkFolder
  ) throws -> (path: String, edited: Data) {
    try folder.write("Plugins/\(id)/Task.swift", TaskSources.swift(id: id))
    try folder.write(
      "Plugins/\(id)/config.yaml", TaskSources.swiftConfiguration)
    let built = try folder.superb("task", "build", "Plugins/\(id)")
    #expect(built.exitCode == 0, "\(built.errors)")
    let path = built.output.trimmingCharacters(in: .whitespacesAndNewlines)
    let header = try String(
      contentsOfFile: Program.repository
        + "/Sources/TaskABI/include/superb/kit_stamp.h", encoding: .utf8)
    let digest = try #require(
      header.firstMatch(of: /KIT_DIGEST "([0-9a-f]{16})"/)?.1)
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    let place = try #require(bytes.firstRange(of: Data(digest.utf8)))
    bytes.replaceSubrange(place, with: Data(Self.otherDigest.utf8))
    return (path, bytes)
  }

  @Test func aBuiltLibraryIsRefusedInOneLine() throws {
    let folder = try BenchmarkFolder()
    let library = try build("other_kit", in: folder).edited
    try FileManager.default.removeItem(atPath: folder.path + "/Plugins")
    try folder.write("built/other_kit.yaml", TaskSources.swiftConfiguration)
    let path = folder.path + "/built/other_kit.so"
    try library.write(to: URL(fileURLWithPath: path))
    let reason = "the task was built with TaskKit \(Self.otherDigest)"

    let tasks = try folder.superb("tasks", "--plugin-path", "built")
    #expect(tasks.exitCode == 0)
    let lines = tasks.errors.split(separator: "\n")
      .filter { $0.contains("other_kit") }
    #expect(lines.count == 1)
    #expect(lines.first?.contains(reason) == true, "\(tasks.errors)")
    #expect(lines.first?.contains("superb task build") == true)

    let run = try folder.superb(
      "run", "-u", "fbank_no_cmvn", "--tasks", "other_kit", "--plugin-path",
      "built")
    #expect(run.exitCode == 1, "\(run.errors)")
    let lost = try folder.result("fbank_no_cmvn", "other_kit")
    #expect(lost.failure?.kind == .task)
    #expect(lost.failure?.reason.contains(reason) == true)

    let check = try folder.superb("task", "check", path)
    #expect(check.exitCode == 1)
    #expect(check.output.contains("failed   load"), "\(check.output)")
    #expect(check.output.contains(reason), "\(check.output)")
  }

  @Test func aFolderWithSourcesIsBuiltAgain() throws {
    let folder = try BenchmarkFolder()
    let (path, library) = try build("stale_kit", in: folder)
    try library.write(to: URL(fileURLWithPath: path))
    let tasks = try folder.superb("tasks")
    #expect(tasks.errors.contains("building task stale_kit"))
    #expect(tasks.output.contains("stale_kit"), "\(tasks.errors)")
    let rebuilt = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(rebuilt != library)
  }
}
