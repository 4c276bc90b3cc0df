import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Records

@Suite struct SiteTests {
  private func write(_ text: String, _ path: String) throws {
    try FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent,
      withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
  }

  @Test func fileIsFoundByHostPatternAndName() throws {
    let folder = try TemporaryFolder()
    let sites = folder.path + "/.config/superb/sites"
    let environment = ["HOME": folder.path]
    func found(_ host: String, _ more: [String: String] = [:]) throws -> String?
    {
      try SiteSearch(
        environment: environment.merging(more) { $1 }, host: host,
        system: folder.path + "/etc"
      ).file()?.path
    }
    #expect(try found("node7.lab.org") == nil)
    try write("runs: here\n", folder.path + "/etc/site.yaml")
    #expect(try found("node7.lab.org") == folder.path + "/etc/site.yaml")
    try write("hosts: ['node*']\n", sites + "/cluster.yaml")
    #expect(try found("node7.lab.org") == sites + "/cluster.yaml")
    try write("runs: there\n", sites + "/node7.yaml")
    #expect(try found("node7.lab.org") == sites + "/node7.yaml")
    #expect(
      try found("node7", ["SUPERB_SITE": "cluster"]) == sites + "/cluster.yaml")
    #expect(try found("node7", ["SUPERB_SITE": ""]) == nil)
    #expect(
      try found("x", ["SUPERB_SITE": sites + "/node7.yaml"])
        == sites + "/node7.yaml")
    #expect(throws: UserError.self) {
      try found("node7", ["SUPERB_SITE": "clusterr"])
    }
  }

  @Test func placesAreTakenFromTheFilesFolder() throws {
    let folder = try TemporaryFolder()
    let file = folder.path + "/site.yaml"
    try write(
      """
      corpora: {librispeech: data/libri, iemocap: $DISK/iemocap}
      cache: ~/cache
      reference: /shared/reference
      partitions: {gpu: long}

      """, file)
    let site = try Site.current(environment: [
      "SUPERB_SITE": file, "DISK": "/disk", "HOME": "/home/me",
    ])
    #expect(site.file == file)
    #expect(site.corpora["librispeech"] == folder.path + "/data/libri")
    #expect(site.corpora["iemocap"] == "/disk/iemocap")
    #expect(site.cache == "/home/me/cache")
    #expect(site.partitions != nil)
    try write("corpra: {}\n", file)
    #expect(throws: UserError.self) {
      try Site.current(environment: ["SUPERB_SITE": file])
    }
  }

  @Test func marksOfPathsAreExpanded() throws {
    let environment = ["HOME": "/home/me", "DISK": "/disk", "N": "7"]
    func expanded(_ text: String) throws -> String {
      try PathText(text).expanded(environment) { "/shared" }
    }
    #expect(try expanded("~/x") == "/home/me/x")
    #expect(try expanded("$DISK/a/${N}b") == "/disk/a/7b")
    #expect(try expanded("//reference/hubert.pt") == "/shared/hubert.pt")
    #expect(try expanded("a/b") == "a/b")
    #expect(throws: UserError.self) { try expanded("$NONE/x") }
    #expect(throws: UserError.self) {
      try PathText("//reference/x").expanded(environment) { nil }
    }
    #expect(PathText("$DISK/x").isMarked)
    #expect(!PathText("dev").isMarked && !PathText("$1").isMarked)
  }
}
