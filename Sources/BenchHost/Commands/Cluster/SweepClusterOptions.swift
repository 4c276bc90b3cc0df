import ArgumentParser
import Cluster
import Decoding
import Diagnostics
import Foundation
import Hosting
import Records
import Runs

/// Where the trials of a sweep are worked off: by this process, or by several
/// jobs that each take a part of the settings.
struct SweepClusterOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Where the trials are worked off: local, slurm, or a command with \
      {command} for a job's own.
      """, valueName: "place"))
  var on: String?

  @Option(help: "With --on: jobs that share the trials.")
  var parts = 8

  @Option(
    help: ArgumentHelp(
      "A setting of the section cluster: partition=gpu, time=4:00:00.",
      valueName: "key=value"))
  var cluster: [String] = []

  /// What a job is told: its own of so many, `3/8`.
  @Option(help: .hidden)
  var part: String?

  func validate() throws {
    try require(parts >= 1, "--parts takes 1 or more")
    try require(part == nil || numbers != nil, "--part takes 3/8")
  }

  var isPart: Bool { part != nil }

  private var numbers: (index: Int, count: Int)? {
    let numbers = (part ?? "").split(separator: "/").compactMap { Int($0) }
    guard numbers.count == 2, numbers[0] >= 1, numbers[0] <= numbers[1] else {
      return nil
    }
    return (numbers[0] - 1, numbers[1])
  }

  /// The job's own settings; all where this is none.
  func share(_ settings: [Sweep.Setting]) -> [Sweep.Setting] {
    guard let numbers else { return settings }
    return settings.enumerated().filter {
      $0.offset % numbers.count == numbers.index
    }.map(\.element)
  }

  /// Where the job keeps its trials.
  func folder(_ out: String) -> String {
    guard let numbers else { return out }
    return out + "/" + Self.partName(numbers.index, of: numbers.count)
  }

  private static func partName(_ index: Int, of count: Int) -> String {
    SweepLog.partPrefix + "\(index + 1)-of-\(count)"
  }

  /// Makes jobs of the trials and queues them; works them off where there is
  /// no queue.
  ///
  /// - Returns: whether somebody else tries them, later.
  func handOver(_ count: Int, out: String) throws -> Bool {
    guard let place = try on.map({ try ClusterPlace($0) }), !isPart,
      place != .local
    else { return false }
    let benchmark = try Benchmark.located(nil)
    let settings = try ClusterSettings(
      [try Site.current().cluster, benchmark.cluster].compactMap(\.self),
      options: cluster)
    let base = RunCell.absolute(out)
    try refuseBusy(base)
    let name = "sweep:" + (base as NSString).lastPathComponent
    let parts = min(parts, count)
    let group = JobGroup(
      name: name,
      jobs: (0..<parts).map { index in
        JobScript(
          folder: base + "/" + Self.partName(index, of: parts),
          name: name + "-\(index + 1)-of-\(parts)",
          arguments: Self.ownArguments + [
            "--part", "\(index + 1)/\(parts)",
          ])
      })
    let submitter = Submitter(
      place: place,
      setting: .current(
        settings, executable: try Installation.current().executable))
    let groups = try submitter.sized([group])
    let (submission, _) = try submitter.submit(groups, base: base)
    if place == .slurm {
      for array in submission.arrays {
        StandardError.note(
          "queued \(array.job ?? ""): \(array.name), \(count) trials in"
            + " \(array.folders.count) jobs")
      }
      StandardError.note(
        "superb decode collect \(out) shows what is there; the same command"
          + " without --on tries what is missing")
      return true
    }
    try JobsHere(place: place, parallel: parts).run(groups) { job, code in
      StandardError.note("\(job.name): exit code \(code)")
    }
    StandardError.note("superb decode collect \(out) shows the best")
    return true
  }

  private func refuseBusy(_ base: String) throws {
    let submitted = SubmittedJobs(in: base)
    guard !submitted.arrays.isEmpty,
      let job = try submitted.live().values.map(\.job).min()
    else { return }
    throw UserError(
      "jobs try settings of this sweep: \(job)", at: base,
      fix: "wait for them, or scancel them")
  }

  /// This command's, but for what made jobs of it.
  private static var ownArguments: [String] {
    var kept: [String] = []
    var skips = false
    for word in CommandLine.arguments.dropFirst() {
      defer { skips = ["--on", "--parts", "--cluster"].contains(word) }
      if skips || ["--on", "--parts", "--cluster"].contains(word)
        || ["--on=", "--parts=", "--cluster="].contains(where: word.hasPrefix)
      {
        continue
      }
      kept.append(word)
    }
    return kept
  }
}
