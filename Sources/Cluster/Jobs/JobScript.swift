import Diagnostics
import Files
import Foundation
import Records
import Runs

/// What one job runs: `job.sh` in the folder that it works in, the same under
/// a scheduler, by a command, and by hand.
package struct JobScript: Equatable, Sendable {
  /// The job's, absolute; its script and what it says are kept there.
  package var folder: String
  /// What it is called: `demo:fbank-ks-lr=0.1`.
  package var name: String
  /// Of the program.
  package var arguments: [String]

  package init(folder: String, name: String, arguments: [String]) {
    self.folder = folder
    self.name = name
    self.arguments = arguments
  }

  package static let fileName = JobMarker.filePrefix + "sh"

  package var path: String { folder + "/" + Self.fileName }

  /// Writes it into its folder, which is made if need be.
  package func write(_ setting: JobSetting) throws {
    try makeFolder(folder)
    try AtomicFile.write(
      Data(text(setting).utf8), to: path, flushed: false)
  }

  /// A shell's text.
  package func text(_ setting: JobSetting) -> String {
    let settings = setting.settings
    var lines = ["#!/bin/bash", "# \(name.oneLine)"]
    if let mask = settings.umask { lines.append("umask \(mask)") }
    lines += setting.environment.sorted { $0.key < $1.key }.map {
      "export \($0.key)=\($0.value.quotedForShell)"
    }
    lines += [
      "cd \(setting.workingFolder.quotedForShell) || exit 2",
      "folder=\(folder.quotedForShell)",
      "name=\(name.oneLine.quotedForShell)",
      """
      # What it says goes to its folder, unless somebody looks on.
      if [ ! -t 1 ] && { : >>"$folder/job.out"; } 2>/dev/null; then
        exec >>"$folder/job.out" 2>>"$folder/job.err"
      fi
      """,
    ]
    lines += settings.modules.map { "module load \($0.quotedForShell)" }
    lines += settings.setup
    let words =
      [setting.program.quotedForShell] + arguments.map(\.quotedForShell)
    let command =
      ((settings.container.map { [$0] } ?? []) + words)
      .joined(separator: " ")
    lines.append(Self.course(command, settings))
    return lines.joined(separator: "\n") + "\n"
  }

  /// Starts the program, passes on what comes, and queues the job again that
  /// was warned in time.
  private static func course(
    _ command: String, _ settings: ClusterSettings
  ) -> String {
    let again =
      settings.requeues
      ? """
      if [ "$code" = 75 ] && [ -n "$warned" ] && [ -n "${SLURM_JOB_ID:-}" ]; then
        if [ "${SLURM_RESTART_COUNT:-0}" -ge \(settings.mostRequeues) ]; then
          echo "$job was queued anew \(settings.mostRequeues) times: that is enough" >&2
        elif scontrol requeue "$job"; then
          exit 0
        else
          echo "$job could not be queued anew; superb run goes on" >&2
        fi
      fi
      """ : "# Nobody queues it anew here: superb run goes on."
    return """
      job=${SLURM_ARRAY_JOB_ID:+${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID}
      job=${job:-${SLURM_JOB_ID:-}}
      if [ -n "$job" ]; then
        scontrol update "JobId=$job" "JobName=$name" >/dev/null 2>&1
      fi
      warned=
      \(command) &
      child=$!
      trap 'warned=1; kill -USR1 "$child" 2>/dev/null' USR1 USR2
      trap 'kill -TERM "$child" 2>/dev/null' TERM INT
      # A signal ends the wait, and not the program.
      wait "$child"; code=$?
      while kill -0 "$child" 2>/dev/null; do wait "$child"; code=$?; done
      \(again)
      exit "$code"
      """
  }
}

/// What all jobs of a submission have in common.
package struct JobSetting: Equatable, Sendable {
  package var settings: ClusterSettings
  /// The program's file, where the jobs run.
  package var program: String
  package var workingFolder: String
  /// What the program would not find otherwise.
  package var environment: [String: String]

  package init(
    settings: ClusterSettings, program: String, workingFolder: String,
    environment: [String: String]
  ) {
    self.settings = settings
    self.program = program
    self.workingFolder = workingFolder
    self.environment = environment
  }

  /// This process's: its program unless the settings name one, its folder and
  /// those of its variables that tell where things are.
  package static func current(
    _ settings: ClusterSettings, executable: String
  ) -> JobSetting {
    JobSetting(
      settings: settings, program: settings.program ?? executable,
      workingFolder: FileManager.default.currentDirectoryPath,
      environment: ProcessInfo.processInfo.environment.filter {
        $0.key.hasPrefix("SUPERB_") && $0.key != Lifeline.variable
          || $0.key.hasPrefix("HF_")
      })
  }
}
