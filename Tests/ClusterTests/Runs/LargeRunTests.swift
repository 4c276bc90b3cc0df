import Diagnostics
import Foundation
import Records
import Runs
import TestSupport
import Testing

@testable import Cluster

/// 2,500 cells on a cluster that is made of shell scripts: limits of arrays,
/// dependencies, what is queued anew, held and lost.
@Suite struct LargeRunTests {
  private static let count = 2500
  private let folder: TemporaryFolder
  private let slurm: FakeSlurm
  private let root: String

  init() throws {
    folder = try TemporaryFolder()
    slurm = try FakeSlurm()
    root = folder.path
  }

  private func place(_ cell: Int) -> String {
    String(format: "fbank/ks/%012x", cell)
  }

  private var queue: Slurm { Slurm(environment: slurm.environment) }

  /// Three shards and a job for each cell, of a program that does nothing.
  private func submit() throws -> [String] {
    let jobs = (0..<Self.count).map {
      JobScript(folder: root + "/" + place($0), name: "x", arguments: [])
    }
    let shards = (0..<3).map {
      JobScript(
        folder: root + "/fbank/extraction/\($0)", name: "x", arguments: [])
    }
    let submitter = Submitter(
      place: .slurm,
      setting: JobSetting(
        settings: ClusterSettings(), program: "/bin/true",
        workingFolder: root, environment: [:]), slurm: queue)
    let groups = try submitter.sized([
      JobGroup(name: "x:fbank-extraction", jobs: shards),
      JobGroup(name: "x:fbank", jobs: jobs, after: [0]),
    ])
    #expect(groups.map(\.jobs.count) == [3, 1001, 1001, 498])
    return try submitter.submit(groups, base: root).0.arrays.compactMap(\.job)
  }

  /// As a run writes it that has these cells.
  private func writeRecord() throws {
    let cells = (0..<Self.count).map {
      """
      {"upstream":"fbank","task":"ks","folder":"\(place($0))",\
      "experiments":[{"folder":"\(place($0))"}]}
      """
    }
    try folder.write(
      "status.json",
      #"{"started":0,"jobs":1,"cells":[\#(cells.joined(separator: ","))]}"#)
  }

  private func status() throws -> RunStatus {
    try #require(try RunStatus.all(in: root).first).withQueue(queue)
  }

  private func mark(_ cell: Int, _ job: String, _ more: String = "") throws {
    try folder.write(
      place(cell) + "/job.json",
      """
      {"host":"node1","process":1,"started":0,"updated":1,"restarts":0,\
      "job":"\(job)"\(more)}
      """)
  }

  @Test func arraysStayWithinTheClustersLimitAndEachJobIsAccountedFor()
    throws
  {
    let jobs = try submit()
    #expect(jobs == ["101", "102", "103", "104"])
    #expect(try folder.text("jobs/0001/array-2.list").contains(place(0)))
    for job in jobs.dropFirst() {
      #expect(try slurm.folder.text("\(job).after") == "afterany:101\n")
    }
    // Whoever asks again finds each job with its cell.
    let submitted = SubmittedJobs(in: root)
    #expect(submitted.elements[place(0)] == "102_0")
    #expect(submitted.elements[place(1001)] == "103_0")
    #expect(submitted.elements[place(2499)] == "104_497")
    #expect(try submitted.live(queue).count == Self.count + 3)
    // Each element runs the script of its line.
    try FileManager.default.removeItem(atPath: root + "/" + place(2499))
    #expect(try slurm.perform("104", 496) == 0)
    #expect(try slurm.perform("104", 497) != 0)
    try slurm.set("104", 496...497, "PENDING")

    try writeRecord()
    try checkStatus()
    try checkSilence()
    try checkCancelling()
  }

  /// Queued, running, held, out of time and lost.
  private func checkStatus() throws {
    var now = try status()
    #expect(now.count(.queued) == Self.count)
    #expect(now.isRunning)
    #expect(now.experiments[7].job == "102_7")
    #expect(now.experiments[7].reason == "Priority")

    try slurm.set("102", 0...99, "RUNNING")
    try slurm.set("102", 100...199, "HELD")
    // Over, and no trace of it.
    try slurm.set("102", 200...249, "ENDED1")
    // Warned, with a checkpoint, and nobody queued it anew.
    try slurm.set("102", 250...259, "ENDED75")
    for cell in 250..<260 {
      try mark(cell, "102_\(cell)", #","end":"outOfTime""#)
    }
    // Killed when its time was up, and killed before.
    try slurm.set("102", 260...261, "ENDED9")
    try mark(260, "102_260", #","deadline":10"#)
    try mark(261, "102_261", #","deadline":100000"#)
    // Queued anew after 30 of its 50 steps.
    try slurm.run("scontrol", "requeue", "102_262")
    try mark(262, "102_262", #","end":"outOfTime""#)
    now = try status()
    #expect(now.count(.running) == 100)
    #expect(now.count(.held) == 100)
    #expect(now.count(.lost) == 51)
    #expect(now.count(.timedOut) == 11)
    #expect(now.count(.queued) == Self.count - 262)
    #expect(now.experiments[3].host == "node3")
    #expect(now.experiments[200].state == .lost)
    #expect(now.experiments[260].state == .timedOut)
    #expect(now.experiments[261].state == .lost)
    #expect(now.experiments[262].state == .queued)
    #expect(now.experiments[262].reason == "BeginTime")
  }

  /// A scheduler that does not answer loses no job.
  private func checkSilence() throws {
    try slurm.folder.write("down", "")
    var told = ""
    let unknown = try #require(try RunStatus.all(in: root).first)
      .withQueue(queue) { told = $0 }
    #expect(told.contains("the queue is not known"))
    #expect(unknown.count(.lost) + unknown.count(.queued) == 0)
    #expect(throws: UserError.self) { try SubmittedJobs(in: root).live(queue) }
    unlink(slurm.folder.file("down"))
  }

  /// What has not ended is taken back.
  private func checkCancelling() throws {
    try slurm.set("102", 0...1000, "ENDED0")
    try slurm.set("103", 5...5, "RUNNING")
    let one = try Cancelling(root: root, slurm: queue)
      .cancel(cell: root + "/" + place(1006))
    #expect(one == ["103_5"])
    let rest = try Cancelling(root: root, slurm: queue).cancel()
    #expect(rest.count == 3 + 1000 + 498)
    #expect(slurm.lines("cancelled").count == 1 + 1501)
    #expect(try SubmittedJobs(in: root).live(queue).isEmpty)
    try mark(1006, "103_5")
    let now = try status()
    #expect(now.experiments[1006].state == .interrupted)
    #expect(now.experiments[1007].state == .waiting)
  }

  @Test func refusedArrayLeavesARecordOfThoseBefore() throws {
    var slurm = slurm
    slurm.set("FAKE_SLURM_MAX_JOBS", "3")
    let jobs = (0..<9).map {
      JobScript(folder: root + "/" + place($0), name: "x", arguments: [])
    }
    let submitter = Submitter(
      place: .slurm,
      setting: JobSetting(
        settings: ClusterSettings(), program: "/bin/true",
        workingFolder: root, environment: [:]),
      slurm: Slurm(environment: slurm.environment))
    let error = #expect(throws: UserError.self) {
      try submitter.submit(
        JobGroup.split([JobGroup(name: "x", jobs: jobs)], largest: 4),
        base: root)
    }
    #expect(error?.what.contains("1 of 3 arrays") == true)
    #expect(SubmittedJobs(in: root).elements.count == 4)
  }
}
