import Foundation
import Testing

@Suite struct KitDigestTests {
  @Test func theStampIsOfTheseSources() throws {
    let package = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let process = Process()
    process.executableURL = package.appendingPathComponent("scripts/stamp-kit")
    process.arguments = ["--check"]
    try process.run()
    process.waitUntilExit()
    #expect(
      process.terminationStatus == 0,
      "TaskKit or the contract has changed: run scripts/stamp-kit")
  }
}
