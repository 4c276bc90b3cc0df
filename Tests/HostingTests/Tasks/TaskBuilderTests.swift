import Files
import TestSupport
import Testing

@testable import Hosting

@Suite struct TaskBuilderTests {
  /// Whoever waits for a build must wait for the same lock as who comes next.
  @Test func theLockOfATaskOutlivesItsBuilds() throws {
    let folder = try TemporaryFolder()
    let builder = TaskBuilder(
      installation: try .current(),
      cache: CacheFolder(path: folder.path + "/cache"))
    func build(_ source: String) throws -> String {
      try folder.write("t/t.c", source)
      let task = try #require(TaskFolder(path: folder.path + "/t"))
      return try builder.library(for: task)
    }
    let lock = builder.cache.tasks + "/t.lock"
    let first = try build("int one;")
    let identity = try #require(fileStatus(lock)).st_ino
    #expect(try build("int two;") != first)
    #expect(try #require(fileStatus(lock)).st_ino == identity)
    #expect(try FileLock.isHeld(path: lock) == false)
  }
}
