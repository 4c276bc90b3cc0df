import Diagnostics
import Files
import Foundation
import Records

/// Jobs that are alike, and what has to be over before they begin.
package struct JobGroup: Equatable, Sendable {
  /// As the scheduler shows it: `demo:fbank`.
  package var name: String
  package var jobs: [JobScript]
  /// Places of groups that come before.
  package var after: [Int]

  package init(name: String, jobs: [JobScript], after: [Int] = []) {
    self.name = name
    self.jobs = jobs
    self.after = after
  }

  /// Groups of at most so many jobs, in the same order; what waited for a
  /// group waits for all of its parts.
  package static func split(
    _ groups: [JobGroup], largest: Int
  ) -> [JobGroup] {
    var parts: [JobGroup] = []
    var places: [[Int]] = []
    for group in groups {
      let after = group.after.flatMap { places[$0] }
      var own: [Int] = []
      for start in stride(from: 0, to: group.jobs.count, by: max(1, largest)) {
        let end = min(group.jobs.count, start + max(1, largest))
        own.append(parts.count)
        parts.append(
          JobGroup(
            name: group.name, jobs: Array(group.jobs[start..<end]),
            after: after))
      }
      places.append(own)
    }
    return parts
  }
}

/// What sbatch takes for a group: an array whose elements run the scripts of
/// a list.
struct ArrayScript {
  let group: JobGroup
  let settings: ClusterSettings
  /// Of the list, a script's path a line.
  let list: String
  /// What the elements say before their own scripts begin.
  let log: String

  var text: String {
    var options = [
      "--job-name=\(group.name.oneLine)",
      "--array=0-\(group.jobs.count - 1)"
        + (settings.parallel.map { "%\($0)" } ?? ""),
      "--output=\(log.slurmPattern)", "--open-mode=append",
      "--signal=B:USR1@\(settings.warning)",
      settings.requeues ? "--requeue" : "--no-requeue",
      "--cpus-per-task=\(settings.cpus)",
    ]
    func add(_ option: String, _ value: String?) {
      if let value { options.append("--\(option)=\(value)") }
    }
    add("partition", settings.partition)
    add("account", settings.account)
    add("qos", settings.qos)
    add("time", settings.time?.text)
    add("mem", settings.memory)
    add("gpus-per-node", settings.gpus)
    options += settings.sbatch.map {
      $0.hasPrefix("#SBATCH ") ? String($0.dropFirst(8)) : $0
    }
    return """
      #!/bin/bash
      \(options.map { "#SBATCH \($0)" }.joined(separator: "\n"))
      exec bash "$(sed -n "$((SLURM_ARRAY_TASK_ID + 1))p" \(list.quotedForShell))"

      """
  }

  var listText: String {
    group.jobs.map { $0.path + "\n" }.joined()
  }
}

extension String {
  /// A path in which Slurm finds no pattern, and one word of an option.
  fileprivate var slurmPattern: String {
    let text = replacingOccurrences(of: "%", with: "%%")
    return text.contains(" ") ? "\"\(text)\"" : text
  }
}
