import Configuration
import Diagnostics
import Logging
import Tensors
import TestSupport
import Testing

@testable import Hosting

/// A key below `downstream_expert` is read by the task, or the user hears of
/// it.
@Suite struct UnreadKeysTests {
  /// What is remarked for a task that asks for `read`, and counts the entries
  /// of `counted`.
  private func remarks(
    _ section: String, read: [String], counted: [String] = []
  ) throws -> [String] {
    let host = ExpertHost(
      engine: Engine(threads: 1, seed: 1),
      setting: ExpertHost.Setting(
        upstreamDimension: 1, samplesPerFrame: 160, seed: 1,
        config: try Samples.yaml("downstream_expert: \(section)"),
        corpora: [:], logger: Logger(label: "test"),
        reportsProgress: { _, _ in }, isCancelled: { false }))
    for path in read { _ = host.whole(path) }
    for path in counted { _ = try host.enumerate(path) }
    return try host.checkUnreadKeys()
  }

  private func error(
    _ section: String, read: [String], counted: [String] = []
  ) -> UserError? {
    #expect(throws: UserError.self) {
      try remarks(section, read: read, counted: counted)
    }
  }

  @Test func whatIsReadIsNotRemarked() throws {
    #expect(
      try remarks(
        "{a: {b: 1, c: [1, 2]}, d: {e: 1}}",
        read: ["a.b", "a.c", "a.c.0"], counted: ["d"]) == [])
  }

  @Test func unknownKeyHasItsPlaceAndTheNearestOne() {
    let error = error("{a: {batch_siez: 1}}", read: ["a.batch_size"])
    #expect(error?.location == "test.yaml:1:25")
    #expect(error?.what == "the task does not know the key 'a.batch_siez'")
    #expect(error?.fix == "did you mean 'batch_size'?")
  }

  @Test func keysWithinListsAndWithDotsAreKeysToo() {
    #expect(
      error(
        "{a: [{b: 1, c: 2}]}", read: ["a.0.b"], counted: ["a"])?
        .what == "the task does not know the key 'a.0.c'")
    #expect(
      error("{a.b: 1}", read: ["a.b"])?.location == "test.yaml:1:21")
  }

  @Test func keysOfSThreePRLThatChangeNothingAreTold() throws {
    let remarks = try remarks(
      "{datarc: {num_workers: 8, a: 1}, text: {mode: word}}",
      read: ["datarc.a"])
    #expect(remarks.count == 2)
    #expect(
      remarks.first
        == "test.yaml:1:30: 'downstream_expert.datarc.num_workers' changes "
        + "nothing here: work is divided among the cores that are there")
  }

  @Test func oneThatATaskReadsIsItsOwn() throws {
    #expect(
      try remarks(
        "{datarc: {num_workers: 8}}", read: ["datarc.num_workers"]) == [])
  }

  @Test func oneThatChangesNothingAtOneValueIsAnErrorAtOthers() throws {
    #expect(
      try remarks("{datarc: {subsampling: 1}}", read: ["datarc.a"]).count == 1)
    #expect(
      error("{datarc: {subsampling: 2}}", read: ["datarc.a"]) != nil)
  }

  @Test func specaugBelowTheTaskIsToldWhereItBelongs() {
    let error = error("{a: 1, specaug: {}}", read: ["a"])
    #expect(error?.location == "test.yaml:1:27")
    #expect(error?.fix == "move it to the top level, beside 'runner'")
  }
}
