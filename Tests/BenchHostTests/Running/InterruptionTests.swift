import Foundation
import Testing

/// Runs that are cut short, in every way that a machine knows.
@Suite struct InterruptionTests {
  private let held: HeldRun
  private var folder: BenchmarkFolder { held.folder }

  init() throws {
    held = try HeldRun()
  }

  @Test func killedWorkerCostsItsCellAndIsRunAgain() throws {
    let program = try held.start(1)
    let workers = program.workers
    try #require(workers.count == 1)
    kill(workers[0], SIGKILL)
    held.release()
    let outcome = program.outcome()
    #expect(outcome.exitCode == 1, "\(outcome.errors)")
    let failed = try folder.result("fbank", "holding")
    #expect(failed.failure?.kind == .crashed)
    #expect(
      failed.failure?.reason.contains("crashed with signal 9") == true)
    #expect(try folder.result("fbank_no_cmvn", "holding").status == .done)

    let again = try folder.superb("run")
    #expect(again.exitCode == 0)
    let lines = again.errors.split(separator: "\n")
    #expect(
      lines.filter { $0.contains("done before") }.allSatisfy {
        $0.contains("fbank_no_cmvn ×")
      })
    #expect(lines.contains { $0.contains("fbank_no_cmvn × holding") })
    #expect(try folder.numbers() == HeldRun.undisturbed())
  }

  @Test func workerToldToStopByAnotherIsAFailedCell() throws {
    let program = try held.start(1)
    for worker in program.workers { kill(worker, SIGTERM) }
    held.release()
    let outcome = program.outcome()
    #expect(outcome.exitCode == 1, "\(outcome.errors)")
    #expect(try folder.result("fbank", "holding").status == .failed)
  }

  @Test func workersEndWithTheirParentAndNoLockIsLeft() throws {
    let program = try held.start(2, ["--jobs", "2"])
    let workers = program.workers
    #expect(workers.count == 2)
    program.send(SIGKILL)
    #expect(program.outcome().signal == SIGKILL)
    // Even though they hang in the task.
    #expect(eventually { !workers.contains(where: isAlive) })
    held.release()
    let again = try folder.superb("run")
    #expect(again.exitCode == 0, "\(again.errors)")
    #expect(try folder.numbers() == HeldRun.undisturbed())
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGUSR1, SIGUSR2], [1, 2])
  func signalStopsCleanlyAndTheSameCommandContinues(
    signal: Int32, jobs: Int
  ) throws {
    let program = try held.start(jobs, ["--jobs", "\(jobs)"])
    let workers = program.workers
    program.send(signal)
    held.release()
    let signalled = Date()
    let outcome = program.outcome()
    #expect(outcome.exitCode == 75, "\(outcome.errors)")
    // Workers stop by themselves: they are not killed after twenty seconds.
    #expect(Date().timeIntervalSince(signalled) < 19)
    #expect(outcome.errors.contains("interrupted"))
    #expect(!workers.contains(where: isAlive))
    #expect(try folder.results().values.allSatisfy { $0.status == .done })
    let again = try folder.superb("run")
    #expect(again.exitCode == 0, "\(again.errors)")
    #expect(try folder.numbers() == HeldRun.undisturbed())
  }

  @Test func anyMomentIsAGoodOneToBeKilled() throws {
    folder.setEnvironment("SUPERB_TEST_HOLD", "")
    for (round, milliseconds) in [20, 60, 120, 200, 300, 400].enumerated() {
      let program = try folder.start("run", "--jobs", "2", "--fresh")
      usleep(UInt32(milliseconds) * 1000)
      program.send(round % 2 == 0 ? SIGKILL : SIGTERM)
      let outcome = program.outcome()
      #expect(
        outcome.signal == nil
          ? [0, 75].contains(outcome.exitCode)
          : [SIGKILL, SIGTERM].contains(outcome.signal))
      // Whatever is there is whole.
      #expect(try folder.results().values.allSatisfy { $0.status == .done })
    }
    let last = try folder.superb("run")
    #expect(last.exitCode == 0, "\(last.errors)")
    #expect(try folder.numbers() == HeldRun.undisturbed())
    let verified = try folder.superb("cache", "verify")
    #expect(verified.output.contains("0 were damaged"), "\(verified.output)")
  }

  @Test func secondRunInTheSameFolderIsRefused() throws {
    let program = try held.start(1)
    let second = try folder.superb("run")
    #expect(second.exitCode == 2)
    #expect(second.errors.contains("another superb is running here"))
    held.release()
    #expect(program.outcome().exitCode == 0)
  }
}
