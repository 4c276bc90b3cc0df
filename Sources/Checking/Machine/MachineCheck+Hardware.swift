import Diagnostics
import Foundation
import Runs
import Tensors

extension MachineCheck {
  static func hardware() -> [MachineCheck] {
    [cores(), memory()]
  }

  private static func cores() -> MachineCheck {
    let usable = ProcessInfo.processInfo.activeProcessorCount
    let machine = Machine.current
    let finding =
      "\(usable), \(machine.processor), products: \(machine.products)"
    if let quota = coreQuota(), quota + 0.01 < Double(usable) {
      return MachineCheck(
        "cores", .warning,
        finding + String(format: "; the container may use %.1f", quota),
        fix: "start the container with more cores")
    }
    return MachineCheck("cores", .good, finding)
  }

  /// What control groups allow, in cores.
  private static func coreQuota() -> Double? {
    let words =
      SystemFile.lines(of: "/sys/fs/cgroup/cpu.max").first?
      .split(separator: " ").compactMap { Double($0) } ?? []
    return words.count == 2 && words[1] > 0 ? words[0] / words[1] : nil
  }

  private static func memory() -> MachineCheck {
    let total = MachineMemory.total
    let available = MachineMemory.available
    let finding = """
      \(ByteCount.shown(available)) free of \(ByteCount.shown(total))
      """
    return available < 2 << 30
      ? MachineCheck(
        "memory", .warning, finding,
        fix: "end other programs, or run with fewer --jobs")
      : MachineCheck("memory", .good, finding)
  }

  static func disks(_ benchmark: Benchmark) -> [MachineCheck] {
    [
      disk("disk for results", benchmark.runs),
      disk("disk for features", benchmark.cacheFolder.features),
    ]
  }

  private static func disk(_ name: String, _ path: String) -> MachineCheck {
    // What is not there yet will be made in the nearest folder above.
    var folder = URL(fileURLWithPath: path).standardizedFileURL.path
    while folder != "/", access(folder, F_OK) != 0 {
      folder = (folder as NSString).deletingLastPathComponent
    }
    guard access(folder, W_OK | X_OK) == 0 else {
      return MachineCheck(
        name, .bad, "\(folder) may not be written",
        fix: "choose another folder in benchmark.yaml, or with --runs")
    }
    guard let free = DiskSpace.free(in: folder) else {
      return MachineCheck(name, .warning, "\(folder): unknown")
    }
    let finding = "\(ByteCount.shown(free)) free in \(folder)"
    return free < 5 << 30
      ? MachineCheck(
        name, .warning, finding,
        fix: "superb cache prune deletes features that are no longer wanted")
      : MachineCheck(name, .good, finding)
  }
}
