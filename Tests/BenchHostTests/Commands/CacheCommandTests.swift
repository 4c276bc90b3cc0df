import Foundation
import Testing

@Suite struct CacheCommandTests {
  private let folder: BenchmarkFolder
  private static let run = ["run", "-u", "fbank_no_cmvn", "--fresh"]

  init() throws {
    folder = try BenchmarkFolder()
    let run = try folder.superb(Self.run)
    try #require(run.exitCode == 0, "\(run.errors)")
  }

  private func blocks() throws -> Int {
    let listing = try folder.superb("cache", "list", "--json")
    let all = try #require(
      try JSONSerialization.jsonObject(with: Data(listing.output.utf8))
        as? [[String: Any]])
    return all.compactMap { $0["blocks"] as? Int }.reduce(0, +)
  }

  private func passes() throws -> Int {
    try folder.result("fbank_no_cmvn").cost.upstreamPasses
  }

  @Test func listNamesUpstreamsAndTheirBlocks() throws {
    let table = try folder.superb("cache", "list")
    #expect(table.exitCode == 0)
    #expect(table.output.contains("fbank_no_cmvn"))
    #expect(try blocks() == passes())
    let verified = try folder.superb("cache", "verify")
    #expect(verified.exitCode == 0)
    #expect(
      verified.output.contains("\(try blocks()) blocks are whole, 0 were"))
  }

  @Test func damagedBlockIsFoundAndComputedAgain() throws {
    let numbers = try folder.numbers()
    let packs = folder.files(below: "cache/features").filter {
      $0.hasSuffix(".blocks")
    }
    let pack = try #require(packs.first)
    let file = folder.path + "/cache/features/" + pack
    var bytes = try Data(contentsOf: URL(fileURLWithPath: file))
    bytes[bytes.count / 2] ^= 0x10
    try bytes.write(to: URL(fileURLWithPath: file))

    let verified = try folder.superb("cache", "verify")
    #expect(verified.output.contains(", 1 were damaged"), "\(verified.output)")
    #expect(try folder.superb(Self.run).exitCode == 0)
    #expect(try passes() == 1)
    #expect(try folder.numbers() == numbers)
    #expect(
      try folder.superb("cache", "verify").output.contains("0 were damaged"))
  }

  @Test func pruneTakesAwayWhatItIsTold() throws {
    let count = try blocks()
    let nothing = try folder.superb("cache", "prune")
    #expect(nothing.exitCode == 2)
    #expect(nothing.errors.contains("--older-than"))
    let unknown = try folder.superb(
      "cache", "prune", "--upstream", "fbank_cmvn")
    #expect(unknown.exitCode == 2)
    let size = try folder.superb("cache", "prune", "--maximum", "lots")
    #expect(size.exitCode == 2)
    let young = try folder.superb("cache", "prune", "--older-than", "1")
    #expect(young.output.contains("0 blocks removed"), "\(young.errors)")
    let all = try folder.superb(
      "cache", "prune", "--upstream", "fbank_no_cmvn")
    #expect(all.output.contains("\(count) blocks removed"), "\(all.output)")
    #expect(try blocks() == 0)
    #expect(try folder.superb(Self.run).exitCode == 0)
    #expect(try passes() == count)
  }
}
