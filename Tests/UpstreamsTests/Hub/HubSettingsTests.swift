import Foundation
import TestSupport
import Testing

@testable import Upstreams

struct HubSettingsTests {
  @Test func theVariablesOfTheHubsClientsAreHonoured() throws {
    let plain = HubSettings(environment: ["HOME": "/u"])
    #expect(plain.cache == "/u/.cache/huggingface/hub")
    #expect(plain.endpoint.hasPrefix("https://"))
    #expect(!plain.isOffline && plain.token == nil)
    func cache(_ variables: [String: String]) -> String {
      HubSettings(environment: variables.merging(["HOME": "/u"]) { $1 }).cache
    }
    #expect(cache(["XDG_CACHE_HOME": "/x"]) == "/x/huggingface/hub")
    #expect(cache(["HF_HOME": "~/hf", "XDG_CACHE_HOME": "/x"]) == "/u/hf/hub")
    #expect(cache(["HF_HUB_CACHE": "/c", "HF_HOME": "/h"]) == "/c")
    #expect(cache(["HF_HUB_CACHE": "", "HF_HOME": "/h"]) == "/h/hub")
    let other = HubSettings(environment: [
      "HF_ENDPOINT": "http://mirror/hf/", "HF_HUB_OFFLINE": "Yes",
      "HF_TOKEN": "t",
    ])
    #expect(other.endpoint == "http://mirror/hf")
    #expect(other.isOffline && other.token == "t")
    #expect(!HubSettings(environment: ["HF_HUB_OFFLINE": "0"]).isOffline)
  }

  @Test(arguments: [
    ("https://huggingface.co", true), ("http://localhost:9", true),
    ("http://127.0.0.1/hf", true), ("http://[::1]:9", true),
    ("http://mirror.example/hf", false), ("http://127.0.0.1.evil.org", false),
    ("http://localhost.evil.org", false),
  ])
  func theTokenIsForPrivateWaysAlone(endpoint: String, isPrivate: Bool) {
    let settings = HubSettings(endpoint: endpoint, cache: "/c", token: "t")
    #expect(settings.isPrivate == isPrivate)
  }

  @Test func theTokenIsReadFromItsFile() throws {
    let folder = try TemporaryFolder()
    try Data("abc\n".utf8).write(
      to: URL(fileURLWithPath: folder.file("token")))
    #expect(HubSettings(environment: ["HF_HOME": folder.path]).token == "abc")
    #expect(
      HubSettings(environment: [
        "HF_HOME": "/none", "HF_TOKEN_PATH": folder.file("token"),
      ]).token == "abc")
  }
}

struct HubReferenceTests {
  @Test func namesHaveOneSlash() {
    let plain = HubReference("facebook/hubert-base-ls960")
    #expect(plain?.id == "facebook/hubert-base-ls960")
    #expect(plain?.revision == "main")
    #expect(HubReference("a/b@refs/pr/1")?.revision == "refs/pr/1")
    #expect(HubReference("a/b@v1")?.description == "a/b@v1")
  }

  @Test(arguments: [
    "a", "a/b/c", "./a", "../a", "a/..", "/a", "a/", "a/b@", "a/b@../x",
    "a/b@/x", "a b/c", "a/b?x", "a/b#", ".a/b", "~/a", "a/b%2e", "é/b",
  ])
  func othersAreNone(_ text: String) {
    #expect(HubReference(text) == nil)
  }
}
