import Diagnostics
import Files
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Upstreams

struct HubModelTests {
  let folder: TemporaryFolder
  let server: HubServer
  let large = (0..<300_000).map {
    UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8)
  }

  init() throws {
    folder = try TemporaryFolder()
    server = try HubServer([
      "config.json": .init(content: Array("{}".utf8)),
      "sub/notes.txt": .init(content: Array("hello".utf8)),
      "model.safetensors": .init(content: large, isLarge: true),
    ])
  }

  var settings: HubSettings {
    var settings = HubSettings(endpoint: server.endpoint, cache: folder.path)
    settings.pause = 0.01
    settings.timeout = 5
    return settings
  }

  var cache: String { folder.file("models--some--tiny") }

  func model(
    _ name: String = "some/tiny", _ settings: HubSettings? = nil,
    progress: @escaping @Sendable (HubProgress) -> Void = { _ in }
  ) throws -> HubModel {
    HubModel(
      try #require(HubReference(name)), settings: settings ?? self.settings,
      progress: progress)
  }

  func content(_ path: String?) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: try #require(path))))
  }

  func error(_ body: () throws -> Void) -> String {
    let error = #expect(throws: UserError.self) { try body() }
    return error.map { "\($0)" } ?? ""
  }

  @Test func filesLandWhereTheHubsOwnClientsPutThem() throws {
    let model = try model()
    let path = try model.path(of: "model.safetensors")
    #expect(path == "\(cache)/snapshots/\(HubServer.commit)/model.safetensors")
    #expect(try content(path) == large)
    let tag = HubServer.tag(of: .init(content: large, isLarge: true))
    let target = try FileManager.default.destinationOfSymbolicLink(
      atPath: try #require(path))
    #expect(target == "../../blobs/\(tag)")
    #expect(
      try String(contentsOfFile: "\(cache)/refs/main", encoding: .utf8)
        == HubServer.commit)
    #expect(
      try content(try model.path(of: "sub/notes.txt")) == Array("hello".utf8))
    #expect(try names(inFolder: "\(cache)/blobs").count == 2)
  }

  @Test func whatIsThereIsNotAskedForAgain() throws {
    _ = try model().path(of: "model.safetensors")
    #expect(try model().path(of: "none.bin") == nil)
    let count = server.requests.count
    let again = try model()
    #expect(try again.path(of: "model.safetensors") != nil)
    #expect(try again.path(of: "none.bin") == nil)
    #expect(!again.hasDownloaded)
    #expect(server.requests.count == count)
  }

  @Test func progressEndsWithTheWhole() throws {
    let seen = Mutex<[HubProgress]>([])
    let model = try model { progress in seen.withLock { $0.append(progress) } }
    _ = try model.path(of: "model.safetensors")
    let all = seen.withLock { $0 }
    #expect(all.last?.bytes == large.count && all.last?.total == large.count)
    #expect(all.map(\.bytes) == all.map(\.bytes).sorted())
  }

  @Test func aCutConnectionIsTakenUpWhereItStopped() throws {
    server.trouble.withLock { $0.cuts = [100_000, 50_000] }
    let path = try model().path(of: "model.safetensors")
    #expect(try content(path) == large)
    let ranges = server.requests.filter {
      $0.path.hasPrefix("/store") && $0.method == "GET"
    }.map { $0.fields["range"] }
    #expect(ranges == [nil, "bytes=100000-", "bytes=150000-"])
  }

  @Test func aDownloadOfAnEarlierRunIsContinued() throws {
    server.trouble.withLock { $0.cuts = [100_000, 0, 0, 0, 0, 0, 0] }
    let text = error { _ = try model().path(of: "model.safetensors") }
    #expect(text.contains("stopped at byte 100000"), "\(text)")
    #expect(text.contains("continues where it stopped"))
    #expect(
      try names(inFolder: "\(cache)/blobs").first?.hasSuffix(".incomplete")
        == true)
    server.trouble.withLock { $0.cuts = [] }
    #expect(try content(try model().path(of: "model.safetensors")) == large)
    #expect(server.requests.last?.fields["range"] == "bytes=100000-")
    #expect(
      try names(inFolder: "\(cache)/blobs").allSatisfy { !$0.contains(".") })
  }

  @Test func whatARedirectionSaysIsNoPartOfTheFile() throws {
    server.trouble.withLock {
      $0.redirectBody = Array("<html>Found</html>".utf8)
      $0.busyAnswers = 1
      $0.cuts = [100_000]
    }
    #expect(try content(try model().path(of: "model.safetensors")) == large)
    let ranges = server.requests.filter {
      $0.path.hasPrefix("/store") && $0.method == "GET"
    }.map { $0.fields["range"] }
    #expect(ranges == [nil, "bytes=100000-"])
  }

  @Test func aFileOfUnknownEndIsNotBelieved() throws {
    server.trouble.withLock {
      $0.hidesLengths = true
      $0.tag = "weak-name"
    }
    let text = error { _ = try model().path(of: "config.json") }
    #expect(text.contains("neither how long the file is"), "\(text)")
    // Its digest says enough.
    server.trouble.withLock { $0.tag = nil }
    #expect(try model().path(of: "config.json") != nil)
  }

  @Test func aServerWithoutRangesGivesTheWholeAgain() throws {
    server.trouble.withLock {
      $0.cuts = [100_000]
      $0.ignoresRanges = true
    }
    #expect(try content(try model().path(of: "model.safetensors")) == large)
  }

  @Test func aBusyServerIsAskedAgain() throws {
    server.trouble.withLock { $0.busyAnswers = 2 }
    #expect(try content(try model().path(of: "model.safetensors")) == large)
  }

  @Test func wrongContentIsNotKept() throws {
    var forged = large
    forged[1234] ^= 1
    for (name, file) in [
      (
        "model.safetensors",
        HubServer.File(content: large, isLarge: true, forged: forged)
      ),
      (
        "config.json",
        .init(content: Array("{}".utf8), forged: Array("[]".utf8))
      ),
    ] {
      let server = try HubServer([name: file])
      var settings = settings
      settings.endpoint = server.endpoint
      let text = error { _ = try model("some/tiny", settings).path(of: name) }
      #expect(text.contains("are not those that the hub promised"))
      let blobs = try names(inFolder: "\(cache)/blobs")
      #expect(blobs.allSatisfy { $0.hasSuffix(".incomplete") })
      #expect(try model().cached(name) == nil)
    }
    // What a forger left behind is no hindrance afterwards.
    #expect(try content(try model().path(of: "model.safetensors")) == large)
  }

  @Test func whatWasBegunWithOtherBytesIsBegunAgain() throws {
    let tag = HubServer.tag(of: .init(content: large, isLarge: true))
    try FileManager.default.createDirectory(
      atPath: "\(cache)/blobs", withIntermediateDirectories: true)
    for count in [5000, 400_000] {
      try Data(repeating: 9, count: count).write(
        to: URL(fileURLWithPath: "\(cache)/blobs/\(tag).incomplete"))
      #expect(try content(try model().path(of: "model.safetensors")) == large)
      unlink("\(cache)/blobs/\(tag)")
    }
  }

  @Test func theTokenIsShownToTheHubAlone() throws {
    server.trouble.withLock { $0.token = "secret" }
    let text = error { _ = try model().path(of: "model.safetensors") }
    #expect(text.contains("has no model 'some/tiny'"))
    #expect(text.contains("set HF_TOKEN"))
    var settings = settings
    settings.token = "secret"
    #expect(
      try content(
        try model("some/tiny", settings).path(of: "model.safetensors"))
        == large)
    for request in server.requests where request.path.hasPrefix("/store") {
      #expect(request.fields["authorization"] == nil)
    }
  }

  @Test func aRenamedModelIsFound() throws {
    #expect(
      try content(try model("some/old").path(of: "config.json"))
        == Array("{}".utf8))
    server.trouble.withLock { $0.moved = "http://localhost:\(server.port)/x" }
    let text = error { _ = try model("other/old").path(of: "config.json") }
    #expect(text.contains("sent to another host"))
  }

  @Test func refusalsSayWhatToDo() throws {
    func text(_ status: Int, _ code: String, _ name: String = "some/tiny")
      throws -> String
    {
      server.trouble.withLock { $0.status = (status, code) }
      return error { _ = try model(name).path(of: "config.json") }
    }
    #expect(try text(403, "GatedRepo").contains("consent"))
    #expect(
      try text(404, "RevisionNotFound", "some/tiny@v2").contains(
        "revision 'v2'"))
    #expect(try text(404, "RepoNotFound").contains("no model 'some/tiny'"))
    #expect(try text(401, "").contains("no model 'some/tiny'"))
    #expect(try text(500, "").contains("status 500"))
  }

  @Test func withoutNetworkItIsSaidWhereItWasLookedFor() throws {
    var settings = settings
    settings.endpoint = "http://127.0.0.1:1"
    let text = error {
      _ = try model("some/tiny", settings).path(of: "config.json")
    }
    #expect(text.hasPrefix(cache))
    #expect(text.contains("http://127.0.0.1:1 cannot be reached"))
    #expect(text.contains("HF_ENDPOINT"))
  }

  @Test func offlineNothingIsAskedFor() throws {
    _ = try model().path(of: "config.json")
    let count = server.requests.count
    var settings = settings
    settings.isOffline = true
    let model = try model("some/tiny", settings)
    #expect(try model.path(of: "config.json") != nil)
    let text = error { _ = try model.path(of: "model.safetensors") }
    #expect(text.hasPrefix("\(cache)/snapshots/\(HubServer.commit)"))
    #expect(text.contains("HF_HUB_OFFLINE"))
    #expect(server.requests.count == count)
  }

  @Test(arguments: ["../../evil", "a/b", ".", ""])
  func tagsThatLeadElsewhereAreRefused(_ tag: String) throws {
    server.trouble.withLock { $0.tag = tag }
    let text = error { _ = try model().path(of: "model.safetensors") }
    #expect(text.contains("lacks a commit or a tag"))
    #expect(throws: UserError.self) { try model().path(of: "../x") }
  }

  @Test func twoAtOnceGetOneFile() async throws {
    try await withThrowingTaskGroup(of: [UInt8].self) { group in
      for _ in 0..<3 {
        group.addTask {
          try content(try model().path(of: "model.safetensors"))
        }
      }
      for try await bytes in group { #expect(bytes == large) }
    }
    let gets = server.requests.filter {
      $0.method == "GET" && $0.path.hasPrefix("/store")
    }
    #expect(gets.count == 1)
  }
}
