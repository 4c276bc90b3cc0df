import Configuration
import Diagnostics
import TestSupport
import Testing

@testable import Grids

/// What a grid's file and its axes mean.
@Suite struct GridTests {
  private func points(_ file: String) throws -> [String] {
    let folder = try TemporaryFolder()
    return try Grid(file: folder.write("grid.yaml", file)).points().map {
      $0.map { "\($0.key)=\($0.text)" }.joined(separator: " ")
    }
  }

  private func values(_ axis: String) throws -> [String] {
    var grid = Grid()
    try grid.addAxis(axis)
    return try grid.points().map { $0.map(\.text).joined() }
  }

  @Test func productHasEveryCombinationTheLastAxisFastest() throws {
    #expect(
      try points("grid: {seed: [1, 2], task: [ks, ic]}") == [
        "args.seed=1 args.downstream=ks", "args.seed=1 args.downstream=ic",
        "args.seed=2 args.downstream=ks", "args.seed=2 args.downstream=ic",
      ])
  }

  @Test func rangesAreLogarithmicLinearOrSteps() throws {
    #expect(
      try values("optimizer.lr=1e-4:1e-1:log4")
        == ["0.0001", "0.001", "0.01", "0.1"])
    #expect(try values("seed=0:1:lin3") == ["0.0", "0.5", "1.0"])
    #expect(try values("layer=1:9:4") == ["1", "5", "9"])
    #expect(try values("layer=3..1:-1,7") == ["3", "2", "1", "7"])
    #expect(throws: UserError.self) { try values("seed=0:1:log3") }
    #expect(throws: UserError.self) { try values("seed=3:1") }
  }

  @Test func commasInBracketsBelongToTheValue() throws {
    #expect(
      try values("config.runner.eval_dataloaders=['dev'],['dev','test']")
        == ["[\"dev\"]", "[\"dev\",\"test\"]"])
  }

  @Test func zippedKeysGoTogetherAndExclusionsAreLeftOut() throws {
    #expect(
      try points(
        """
        grid: {seed: [1, 2]}
        zip: [{config.a: [1, 2], config.b: [x, y]}]
        exclude: [{seed: 2, config.a: 1}]
        """) == [
          "args.seed=1 config.a=1 config.b=x",
          "args.seed=1 config.a=2 config.b=y",
          "args.seed=2 config.a=2 config.b=y",
        ])
  }

  @Test func sharedAndExclusiveArgumentsAreSpeeChains() throws {
    #expect(
      try points(
        """
        shared_args: {seed: 7}
        exclu_args: [{config.beam: 1}, {config.beam: 16, seed: 8}]
        """) == [
          "args.seed=7 config.beam=1", "args.seed=8 config.beam=16",
        ])
  }

  @Test func includedFilesLieBelowTheOneThatIncludes() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("base.yaml", "grid: {seed: [1, 2], task: [ks]}")
    let file = try folder.write(
      "grid.yaml", "include: base.yaml\ngrid: {seed: [3]}")
    let points = try Grid(file: file).points()
    #expect(points.count == 1)
    #expect(points[0].text(of: "args.seed") == "3")
    let own = try folder.write("own.yaml", "include: own.yaml")
    #expect(throws: UserError.self) { try Grid(file: own) }
  }

  @Test func mistakesAreNamedWithTheirPlace() throws {
    for text in [
      "gird: {seed: [1]}", "grid: {seed: []}", "grid: {a.b.c: 1}",
      "zip: [{seed: [1, 2], layer: [1]}]", "- 1",
      "grid: {seed: 1}\nexclude: [{seed: 1}]",
      "grid: {seed: '1:100000', layer: '1:100000'}",
    ] {
      #expect(throws: UserError.self, "\(text)") { try points(text) }
    }
  }
}
