import Foundation
import Testing

@Suite struct NumericsRevisionTests {
  /// Whoever moves a number and does not say so lets results of two kinds
  /// pass for one.
  @Test func theSourcesOfNumbersAreThoseOfTheirRevisions() throws {
    let package = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let process = Process()
    process.executableURL = package.appendingPathComponent(
      "scripts/stamp-numerics")
    process.arguments = ["--check"]
    try process.run()
    process.waitUntilExit()
    #expect(
      process.terminationStatus == 0,
      "sources of numbers have changed: see scripts/stamp-numerics")
  }
}
