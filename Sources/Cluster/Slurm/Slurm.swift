import Diagnostics
import Files
import Foundation

/// Slurm's own programs, found on `PATH`.
package struct Slurm: Sendable {
  private let environment: [String: String]

  package init(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) {
    self.environment = environment.merging([
      // Else a long list of an array's elements is cut short.
      "SLURM_BITSTR_LEN": "0"
    ]) { $1 }
  }

  /// Elements that an array may have: what `scontrol` says, and Slurm's own
  /// default if it says nothing.
  ///
  /// - Throws: `UserError` if arrays are switched off or nobody answers.
  package func largestArray() throws -> Int {
    let text = try output("scontrol", ["show", "config"])
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: "=", maxSplits: 1)
      guard parts.count == 2,
        parts[0].trimmingCharacters(in: .whitespaces) == "MaxArraySize",
        let size = Int(parts[1].trimmingCharacters(in: .whitespaces))
      else { continue }
      guard size > 0 else {
        throw UserError(
          "this cluster allows no job arrays (MaxArraySize is 0)",
          fix: "--on \"srun {command}\" --jobs N starts one job each")
      }
      return size
    }
    return 1001
  }

  /// Queues a script and gives the job's number.
  ///
  /// - Parameter after: jobs that have to be over before, however they end.
  /// - Throws: `UserError` with sbatch's reason.
  package func submit(_ script: String, after: [String]) throws -> String {
    var arguments = ["--parsable"]
    if !after.isEmpty {
      arguments.append(
        "--dependency=" + after.map { "afterany:\($0)" }.joined(separator: ","))
    }
    let text = try output("sbatch", arguments + [script])
    // "123", or "123;cluster".
    let lines = text.split(separator: "\n")
    guard let number = lines.last?.split(separator: ";").first,
      number.allSatisfy(\.isNumber)
    else {
      throw UserError("sbatch gave no job's number: \(text.oneLine)")
    }
    return String(number)
  }

  /// What is queued or runs of these jobs.
  ///
  /// - Parameter jobs: numbers, of arrays as a rule.
  /// - Throws: `UserError` if squeue does not answer.
  package func queue(of jobs: [String]) throws -> QueueListing {
    guard !jobs.isEmpty else { return QueueListing() }
    do {
      return QueueListing(
        try output(
          "squeue",
          [
            "--noheader", "--format=%i|%T|%N|%r",
            "--jobs=" + jobs.joined(separator: ","),
          ]))
    } catch let error as UserError
      where error.what.contains("Invalid job id")
    {
      // What Slurm has forgotten is over.
      return QueueListing()
    }
  }

  /// Takes jobs or elements of arrays back.
  package func cancel(_ jobs: [String]) throws {
    // A command line has room for so many.
    for start in stride(from: 0, to: jobs.count, by: 500) {
      _ = try output(
        "scancel", Array(jobs[start..<min(jobs.count, start + 500)]))
    }
  }

  private func output(
    _ name: String, _ arguments: [String]
  ) throws -> String {
    guard let path = Subprocess.path(of: name, environment) else {
      throw UserError(
        "there is no \(name) here", at: "--on slurm",
        fix: "run it where Slurm's programs are on the PATH")
    }
    var program = ChildProcess.Program(path, arguments)
    program.environment = environment
    let output = try Subprocess.run(
      program, limits: SupervisedChild.Limits(time: .seconds(120)))
    guard output.status == 0 else {
      let said = output.errors.text.isEmpty ? output.text : output.errors.text
      throw UserError(
        "\(name) refuses: "
          + said.trimmingCharacters(in: .whitespacesAndNewlines).oneLine)
    }
    return output.text
  }
}
