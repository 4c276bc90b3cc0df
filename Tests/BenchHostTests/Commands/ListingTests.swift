import Foundation
import Testing

/// The commands that list, for people and as data.
@Suite struct ListingTests {
  private func object(_ text: String) throws -> Any {
    try JSONSerialization.jsonObject(with: Data(text.utf8))
  }

  @Test func tasksAsDataNameWhatTheTableNames() throws {
    let folder = try BenchmarkFolder()
    try TaskSources.CTask(id: "bad", atEnd: "int x = ;").write(to: folder)
    let listing = try folder.superb("tasks", "--json")
    let data = try #require(try object(listing.output) as? [String: Any])
    let tasks = try #require(data["tasks"] as? [[String: Any]])
    let ids = tasks.compactMap { $0["id"] as? String }
    #expect(ids == ids.sorted())
    #expect(Set(ids).isSuperset(of: ["emotion", "example", "ic", "ks", "sid"]))
    let broken = try #require(data["broken"] as? [[String: Any]])
    #expect(broken.compactMap { $0["name"] as? String } == ["bad"])
    let table = try folder.superb("tasks").output
    #expect(table.split(separator: "\n").count == ids.count)

    let one = try folder.superb("tasks", "er", "--json")
    let emotion = try #require(try object(one.output) as? [String: Any])
    #expect(emotion["id"] as? String == "emotion")
    let text = try folder.superb("tasks", "emotion").output
    #expect(text.contains("fold1, fold2, fold3, fold4, fold5"))
    let none = try folder.superb("tasks", "emotoin")
    #expect(none.exitCode == 2)
    #expect(none.errors.contains("did you mean 'emotion'?"))
  }

  @Test func upstreamsAsDataNameWhatTheTableNames() throws {
    let folder = try BenchmarkFolder()
    let listing = try folder.superb("upstreams", "--json")
    let all = try #require(try object(listing.output) as? [[String: Any]])
    let names = all.compactMap { $0["name"] as? String }
    #expect(Set(names).isSuperset(of: ["fbank", "fbank_no_cmvn", "mfcc"]))
    let table = try folder.superb("upstreams").output
    #expect(names.allSatisfy { table.contains($0) })
    let one = try folder.superb("upstreams", "mfcc", "--json")
    let mfcc = try #require(try object(one.output) as? [String: Any])
    #expect(mfcc["dimension"] as? Int == 39)
    #expect(try folder.superb("upstreams", "mfc").exitCode == 2)
  }

  @Test func dataCheckCountsWhatIsThere() throws {
    let folder = try BenchmarkFolder()
    let check = try folder.superb("data", "check", "--json")
    #expect(check.exitCode == 0, "\(check.errors)")
    let all = try #require(try object(check.output) as? [[String: Any]])
    #expect(all.count == 1)
    #expect(all.first?["problemCount"] as? Int == 0)
    let splits = try #require(all.first?["splits"] as? [[String: Any]])
    let test = try #require(splits.first { $0["name"] as? String == "test" })
    #expect(test["utterances"] as? Int == 36)
    #expect(try folder.superb("data", "check").output.contains("ks: ok"))
  }

  @Test func dataCheckNamesWhatIsMissing() throws {
    let folder = try BenchmarkFolder()
    let check = try folder.superb("data", "check", "-d", "ic,ks")
    #expect(check.exitCode == 2)
    #expect(check.output.contains("ic: not usable"))
    #expect(check.output.contains("fluent_speech_commands"))
    #expect(check.output.contains("ks: ok"))
  }

  @Test func helpAndVersionAreNoErrors() throws {
    let folder = try BenchmarkFolder(nil)
    let help = try folder.superb("--help")
    #expect(help.exitCode == 0)
    #expect(help.output.contains("superb run"))
    #expect(!help.output.contains("describe-library"))
    #expect(try folder.superb("--version").exitCode == 0)
    #expect(try folder.superb("rnu").exitCode == 2)
  }

  /// Nothing is built, and no library is loaded.
  @Test func tasksAreListedAtOnceWhenNothingIsStale() throws {
    let folder = try BenchmarkFolder()
    try folder.superb("tasks")
    func seconds(_ argument: String) throws -> Double {
      try (0..<8).map { _ in try folder.superb(argument).cpuSeconds }.min() ?? 0
    }
    #if DEBUG
      let limit = 0.4
    #else
      let limit = 0.1
    #endif
    // A slow machine is slow to start any program.
    let start = try seconds("--version")
    #expect(try seconds("tasks") < limit + 3 * start)
  }
}
