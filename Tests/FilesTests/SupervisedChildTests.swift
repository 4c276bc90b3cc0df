import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Files

/// Children that do what none should, each a line of shell.
@Suite struct SupervisedChildTests {
  private func child(
    _ script: String, time: Duration? = nil, silence: Duration? = nil,
    memory: Int? = nil
  ) -> SupervisedChild {
    SupervisedChild(
      ChildProcess.Program("/bin/sh", ["-c", script]),
      limits: SupervisedChild.Limits(
        time: time, silence: silence, memory: memory))
  }

  /// Whether it is there for two seconds more: who was killed may take a
  /// moment to go.
  private func isRunning(_ process: pid_t) -> Bool {
    for _ in 0..<200 {
      let status =
        try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
      guard kill(process, 0) == 0, let status, !status.contains(") Z ") else {
        return false
      }
      usleep(10_000)
    }
    return true
  }

  @Test func statusAndSignalAreTold() throws {
    #expect(try child("exit 3").run() == .ended(.exited(3)))
    #expect(try child("kill -11 $$").run() == .ended(.signalled(SIGSEGV)))
    #expect(throws: UserError.self) {
      try SupervisedChild(
        ChildProcess.Program("/no/such/program", []), limits: .init()
      ).run()
    }
  }

  @Test func bothStreamsAreReadToTheirEnds() throws {
    let output = try Subprocess.run(
      ChildProcess.Program("/bin/sh", ["-c", "echo a; echo b >&2; echo c"]),
      limits: .init())
    #expect(output.status == 0)
    #expect(output.text == "a\nc\n")
    #expect(output.errors.text == "b\n")
  }

  @Test func whatLoopsIsEndedInTime() throws {
    let start = ContinuousClock.now
    let outcome = try child("while :; do :; done", time: .seconds(1)).run()
    #expect(outcome == .tookTooLong(.seconds(1)))
    #expect(start.secondsUntilNow < 5)
  }

  @Test func floodsCostNoMemory() throws {
    let start = ContinuousClock.now
    let output = try Subprocess.run(
      ChildProcess.Program("/bin/sh", ["-c", "yes; yes >&2"]),
      limits: SupervisedChild.Limits(time: .seconds(1)))
    #expect(output.outcome == .tookTooLong(.seconds(1)))
    #expect(output.text.utf8.count < 2 << 20)
    #expect(start.secondsUntilNow < 5)
  }

  @Test func grandchildThatKeepsThePipeIsNotWaitedFor() throws {
    let start = ContinuousClock.now
    var text = BoundedText(head: 100)
    var child = child("sleep 60 & echo $!")
    child.onOutput = {
      text.append($0)
      return true
    }
    #expect(try child.run() == .ended(.exited(0)))
    #expect(start.secondsUntilNow < 5)
    let grandchild = try #require(
      pid_t(text.text.trimmingCharacters(in: .whitespacesAndNewlines)))
    #expect(!isRunning(grandchild))
  }

  @Test func closedDescriptorsDoNotHideAnybody() throws {
    let start = ContinuousClock.now
    let outcome = try child(
      "exec <&- >&- 2>&-; exec sleep 60", silence: .seconds(1)
    ).run()
    #expect(outcome == .silent(.seconds(1)))
    #expect(start.secondsUntilNow < 5)
  }

  @Test func onlySignsOfLifeCount() throws {
    var child = child("yes", silence: .seconds(1))
    child.onOutput = { _ in false }
    #expect(try child.run() == .silent(.seconds(1)))
  }

  @Test func clockThatIsSetDoesNotEndAnybody() throws {
    // The clock that is asked is one that nobody can set; were it another,
    // two hours more would look like this.
    var times = [Duration.zero, .zero, .seconds(7200)]
    var child = child("sleep 60", silence: .seconds(1800))
    child.now = { times.count > 1 ? times.removeFirst() : times[0] }
    #expect(try child.run() == .silent(.seconds(1800)))
    let before = SupervisedChild(child.program, limits: .init()).now()
    usleep(1000)
    let after = SupervisedChild(child.program, limits: .init()).now()
    #expect(after - before >= .milliseconds(1) && after - before < .seconds(60))
  }

  @Test func memoryOfTheWholeFamilyCounts() throws {
    // Each of the three holds 40 MB in a variable.
    let script =
      "grow() { x=$(head -c 40000000 /dev/zero | tr '\\0' x); sleep 60; }; "
      + "grow & grow & grow"
    let outcome = try child(script, time: .seconds(60), memory: 100 << 20).run()
    #expect(outcome == .grewTooLarge(bytes: 100 << 20))
  }

  @Test(arguments: ["& sleep 60", "&) ; sleep 60"])
  func whoLeavesTheSessionIsEndedToo(rest: String) throws {
    var text = BoundedText(head: 100)
    var child = child(
      (rest.contains(")") ? "(" : "")
        + "setsid sh -c 'echo $$; exec sleep 60' \(rest)", time: .seconds(1))
    child.onOutput = {
      text.append($0)
      return true
    }
    #expect(try child.run() == .tookTooLong(.seconds(1)))
    let process = try #require(
      pid_t(text.text.trimmingCharacters(in: .whitespacesAndNewlines)))
    #expect(!isRunning(process))
  }

  @Test func whoLeavesTheSessionCountsToo() throws {
    let script =
      "setsid sh -c 'x=$(head -c 80000000 /dev/zero | tr \"\\0\" x); sleep 60'"
      + " & sleep 60"
    let outcome = try child(script, time: .seconds(60), memory: 60 << 20).run()
    #expect(outcome == .grewTooLarge(bytes: 60 << 20))
  }

  @Test func stopRequestIsPassedOnAndInsistedOn() throws {
    var stops = child("trap 'exit 5' TERM; while :; do sleep 0.05; done")
    stops.isStopRequested = { true }
    // It may be asked before it can answer.
    let outcome = try stops.run()
    #expect(
      [.ended(.exited(5)), .ended(.signalled(SIGTERM))].contains(outcome))
    var deaf = child("trap '' TERM; while :; do sleep 0.05; done")
    let start = ContinuousClock.now
    deaf.isStopRequested = { start.secondsUntilNow > 0.5 }
    deaf.limits.stopping = .milliseconds(500)
    #expect(try deaf.run() == .ended(.signalled(SIGKILL)))
  }

  @Test func childInheritsNothingThatItIsNotGiven() throws {
    let open = try RawFile("/dev/null", O_RDWR)
    _ = fcntl(open.descriptor, F_SETFD, 0)
    let output = try Subprocess.run(["/bin/ls", "/proc/self/fd"])
    // The last one is the folder's own.
    #expect(output.text.split(separator: "\n").count == 4)
    withExtendedLifetime(open) {}
  }
}
