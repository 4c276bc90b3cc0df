import Foundation
import Records
import Testing

/// Tasks that do what no task should. Whatever they do costs their own cell:
/// every command comes back within its limits, leaves nobody behind, and
/// serves the task beside them.
///
/// One of each mechanism as a rule; SUPERB_TEST_LONG=1 asks for all of them
/// (`make test-long`).
@Suite struct HostileTests {
  private static let isLong =
    ProcessInfo.processInfo.environment["SUPERB_TEST_LONG"] != nil
  private static let kinds = isLong ? HostileKind.all : HostileKind.quick

  @Test(arguments: kinds) func costsItsOwnCellAlone(_ kind: HostileKind) throws
  {
    let folder = try HostileFolder([kind.name])
    let tasks = try folder.superb("tasks")
    #expect(tasks.exitCode == 0, "\(tasks.errors)")
    #expect(tasks.output.contains("innocent"))
    expectPlain(tasks)
    if case .endsTheRun = kind.end {
      return try endsTheRun(kind, folder)
    }

    let data = try folder.superb(
      "data", "check", "-d", "\(kind.name),innocent", "--stall-timeout", "3",
      "--memory-limit", "0.5")
    #expect([0, 2].contains(data.exitCode), "\(data.errors)")
    if case .unknown = kind.end {
    } else {
      #expect(data.output.contains("innocent: ok"), "\(data.errors)")
    }
    expectPlain(data)

    let check = try folder.superb(
      "task", "check", "Plugins/\(kind.name)", "--time-limit", "3", "--only",
      "create,dataloader,loss,gradients,records")
    #expect([0, 1].contains(check.exitCode), "\(check.errors)")
    #expect(!check.output.isEmpty)
    // Whatever a task says, no arithmetic of ours ends in a trap.
    let isTrap = [data, check].contains {
      $0.output.contains("signal 4") || $0.output.contains("signal 5")
    }
    #expect(!isTrap, "\(data.output) \(check.output)")

    try run(kind, folder)
  }

  /// What nothing was learned from is counted, wherever its figure stands.
  @Test func aLossThatIsNoNumberIsTold() throws {
    let folder = try HostileFolder(["forward_nan_once"])
    let run = try folder.superb("run", "--tasks", "forward_nan_once")
    #expect(run.exitCode == 0, "\(run.errors)")
    #expect(
      run.errors.contains("no finite number at step 1"), "\(run.errors)")
    let result = try folder.folder.result("fbank_no_cmvn", "forward_nan_once")
    #expect(result.unsoundSteps == UnsoundSteps(count: 1, first: 1))
    let status = try folder.superb("status")
    #expect(
      status.output.contains("no finite loss or gradient at 1 steps"),
      "\(status.output)")
    let report = try folder.superb("report")
    #expect(
      report.output.contains("had no finite loss or gradient at 1 of 6"),
      "\(report.output)")
  }

  /// A span that a run refuses passes no check before it, whatever its
  /// numbers are.
  @Test(arguments: ["data_huge_span", "data_empty_span"])
  func aSpanBeyondTheAudioIsRefusedEverywhere(_ kind: String) throws {
    let folder = try HostileFolder([kind])
    let words = "does not lie within the audio, which has"
    let data = try folder.superb("data", "check", "-d", kind)
    #expect(data.exitCode == 2)
    #expect(data.output.contains(words), "\(data.output)")
    let check = try folder.superb(
      "task", "check", "Plugins/\(kind)", "--only", "create,dataloader")
    #expect(check.exitCode == 1)
    #expect(check.output.contains(words), "\(check.output)")
    let run = try folder.superb("run", "--tasks", kind)
    #expect(run.exitCode == 1)
    #expect(run.errors.contains(words), "\(run.errors)")
  }

  /// All at once, so that what one does to the machine meets the others.
  @Test(.enabled(if: isLong)) func allAtOnceCostTheirOwnCells() throws {
    let kinds = HostileKind.all.filter {
      switch $0.end {
      case .unknown, .endsTheRun: false
      default: true
      }
    }.map(\.name)
    let folder = try HostileFolder(kinds)
    let run = try folder.folder.superb(
      [
        "run", "--tasks", (kinds + ["innocent"]).joined(separator: ","),
        "--jobs", "4", "--stall-timeout", "5", "--memory-limit", "0.5",
      ], timeout: 1800)
    #expect(run.exitCode == 1)
    folder.expectNobody("all at once")
    #expect(
      try folder.folder.result("fbank_no_cmvn", "innocent").status == .done)
  }

  /// Whoever kills superb kills what it has started.
  @Test(arguments: [
    "create_waits", "forward_spins", "forward_daemonizes_and_waits",
    "forward_closes_and_waits", "forward_blocks_signals", "forward_stops",
    "forward_stops_its_group",
  ]) func killedRunLeavesNobody(_ kind: String) throws {
    let folder = try HostileFolder([kind])
    let program = try folder.start("run", "--tasks", kind)
    let isThere = eventually { !program.workers.isEmpty }
    try #require(isThere, "\(program.errors)")
    usleep(700_000)
    program.send(SIGKILL)
    _ = program.outcome()
    folder.expectNobody("the end of superb")
  }

  /// Without the memory to start threads with, superb says so or works, and
  /// ends; it can be ended, too.
  @Test(arguments: [200_000, 400_000, 1_000_000])
  func littleAddressSpaceEnds(kilobytes: Int) throws {
    let folder = try HostileFolder([])
    let program = try RunningProgram(
      ["run", "--tasks", "innocent"], in: folder.folder.path,
      environment: folder.folder.environment,
      before: "ulimit -v \(kilobytes) && ")
    let outcome = program.outcome(timeout: 60)
    #expect(outcome.seconds < 60, "\(outcome.errors)")
    folder.expectNobody("a run with \(kilobytes) kB")
  }

  private func run(_ kind: HostileKind, _ folder: HostileFolder) throws {
    let run = try folder.superb(
      "run", "--tasks", "\(kind.name),innocent", "--stall-timeout", "3",
      "--memory-limit", "0.5")
    expectPlain(run)
    if case .unknown = kind.end {
      #expect(run.exitCode == 2)
      return
    }
    #expect(
      try folder.folder.result("fbank_no_cmvn", "innocent").status == .done)
    let result = try folder.folder.result("fbank_no_cmvn", kind.name)
    let reason = result.failure?.reason ?? ""
    switch kind.end {
    case .done:
      #expect(result.status == .done, "\(reason)")
      #expect(run.exitCode == 0)
    case .fails(let why):
      #expect(result.status == .failed)
      #expect(!reason.isEmpty)
      // Foundation finds an empty text nowhere.
      #expect(
        why.isEmpty || reason.contains(why), "\(reason.prefix(2000))")
      #expect(result.failure?.kind != .bug, "\(reason.prefix(2000))")
      #expect(run.exitCode == 1)
    case .either, .unknown, .endsTheRun: break
    }
    #expect(reason.utf8.count < 20_000)
    let report = try folder.superb("report")
    #expect(report.exitCode == 0)
    expectPlain(report)
  }

  /// A process of the user's own can end what the user can end. What is left
  /// is nobody, and a result that was there.
  private func endsTheRun(_ kind: HostileKind, _ folder: HostileFolder) throws {
    #expect(try folder.superb("run", "--tasks", "innocent").exitCode == 0)
    let run = try folder.superb(
      "run", "--tasks", "\(kind.name),innocent", "--stall-timeout", "3")
    #expect(run.exitCode == 75 || run.signal == SIGKILL, "\(run.errors)")
    #expect(
      try folder.folder.result("fbank_no_cmvn", "innocent").status == .done)
  }

  /// Nothing that steers the terminal.
  private func expectPlain(_ outcome: Program.Outcome) {
    for text in [outcome.output, outcome.errors] {
      #expect(
        !text.unicodeScalars.contains { $0.value == 0x1b || $0.value == 7 },
        "\(text.prefix(2000).debugDescription)")
    }
  }
}
