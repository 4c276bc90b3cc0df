import Foundation
import Testing

/// `kill -9` at any moment: in extraction, in training, while a checkpoint is
/// written, in dynamic time warping. The same command again and again ends
/// with the bytes of a run that nobody disturbed.
///
/// Some ten kills in a minute or two as a rule; SUPERB_TEST_KILLS=500 asks for that
/// many, however long they take.
@Suite(.serialized) struct KillTests {
  /// Steps that meet in no multiple: checkpoints fall between two reports.
  private static func benchmark(quesst: String?) -> String {
    """
    name: demo
    upstreams: [fbank_no_cmvn]
    corpora:
      speech_commands: CORPORA/speech_commands
      speech_commands_test: CORPORA/speech_commands_test
      iemocap: CORPORA/iemocap
    \(quesst.map { "  quesst2014: \($0)/quesst2014" } ?? "")
    tasks:
      ks:
        runner: {total_steps: 130, eval_step: 25, save_step: 10, log_step: 7, gradient_accumulate_steps: 2, ema: 0.9, predictions_every: 2, eval_every: {test: 2}}
        optimizer: {lr: 1.0e-2, groups: [{parameters: projector.*, factor: 0.5}]}
        downstream_expert: {datarc: {batch_size: 8}}
      emotion:
        runner: {num_epochs: 3, eval_epochs: 1, save_step: 15, log_step: -3, grad_norm_type: 1, start_epoch: 1, gradient_accumulate_steps: 1}
        downstream_expert: {datarc: {test_fold: fold1}}
    \(quesst == nil ? "" : "  qbe:")

    """
  }

  /// Made once; nil without espeak-ng, which speaks it.
  private static let quesst: String? = {
    guard
      let folder = try? temporaryFolder("quesst"),
      let made = try? Program.run(
        ["data", "make-demo", folder, "--only", "quesst2014"], in: folder),
      made.exitCode == 0
    else { return nil }
    removeAtExit(folder)
    return folder
  }()

  private func folder() throws -> BenchmarkFolder {
    try BenchmarkFolder(Self.benchmark(quesst: Self.quesst))
  }

  /// SUPERB_TEST_SEED asks for other moments.
  private static let seed =
    ProcessInfo.processInfo.environment["SUPERB_TEST_SEED"]
    .flatMap { UInt64($0) } ?? 7

  private static let run = ["run", "--checkpoint-every", "0", "--jobs"]

  /// What a run is doing when it is killed, a random while later.
  private enum Moment: String, CaseIterable {
    case start, extraction, checkpoint, training, alignment
  }

  @Test(arguments: [1, 2]) func killedRunsEndWithTheSameBytes(jobs: Int) throws
  {
    let whole = try folder()
    let command = Self.run + ["\(jobs)"]
    let undisturbed = try whole.superb(command)
    #expect(undisturbed.exitCode == 0, "\(undisturbed.errors)")
    let numbers = try whole.numbers()
    let report = try whole.superb("report").output

    let wanted = ProcessInfo.processInfo.environment["SUPERB_TEST_KILLS"]
      .flatMap { Int($0) }
    var random = Delays(seed: Self.seed + UInt64(jobs))
    var kills: [String: Int] = [:]
    var continued = 0
    var count: Int { kills.values.reduce(0, +) }
    // On a machine that is slow as many runs as fit into it otherwise.
    let end = Date(timeIntervalSinceNow: max(120, 20 * undisturbed.seconds))
    var isInTime: Bool { wanted != nil || Date() < end }
    repeat {
      let folder = try folder()
      for moment in Moment.allCases + Moment.allCases.reversed()
      where isInTime {
        let before = checkpoints(of: folder)
        let program = try folder.start(command)
        _ = eventually(within: 20) {
          !program.isRunning
            || isReached(moment, by: program, in: folder, since: before)
        }
        usleep(UInt32(random.next(below: moment == .training ? 6e5 : 2e4)))
        // The run, or a worker and then the run that says so.
        let worker = program.workers.first
        let isWorkers = random.next(below: 3) < 1
        guard program.isRunning else { continue }
        if let worker, isWorkers {
          kill(worker, SIGKILL)
        } else {
          program.send(SIGKILL)
        }
        _ = program.outcome()
        kills[moment.rawValue, default: 0] += 1
      }
      let last = try folder.superb(command)
      #expect(last.exitCode == 0, "\(last.errors)")
      let found = try folder.numbers()
      for (file, bytes) in found {
        #expect(numbers[file] == bytes, "\(file) after \(kills)")
      }
      #expect(Set(found.keys) == Set(numbers.keys))
      #expect(try folder.superb("report").output == report)
      continued += try folder.files().filter { $0.hasSuffix("log.log") }
        .reduce(0) { sum, file in
          try sum
            + folder.text("runs/" + file)
            .components(separatedBy: "continuing from step").count - 1
        }
      let verified = try folder.superb("cache", "verify")
      #expect(verified.output.contains("0 were damaged"))
      // A quick run is over before it can be killed: then again.
    } while isInTime && (count < wanted ?? 3 || continued == 0)
    #expect(count >= 3, "\(kills)")
    #expect(continued > 0, "\(kills)")
    print("kills with \(jobs) jobs: \(kills), \(continued) continued")
  }

  private func isReached(
    _ moment: Moment, by program: RunningProgram, in folder: BenchmarkFolder,
    since before: [String: Date]
  ) -> Bool {
    switch moment {
    case .start: true
    case .extraction: program.errors.contains("extracting")
    case .checkpoint, .training: checkpoints(of: folder) != before
    case .alignment:
      folder.files().contains { $0.hasSuffix("alignments.bin") }
    }
  }

  /// When each state to continue from was written.
  private func checkpoints(of folder: BenchmarkFolder) -> [String: Date] {
    var times: [String: Date] = [:]
    for file in folder.files() where file.hasSuffix("/current.ckpt") {
      let facts = try? FileManager.default.attributesOfItem(
        atPath: folder.path + "/runs/" + file)
      times[file] = facts?[.modificationDate] as? Date
    }
    return times
  }
}
