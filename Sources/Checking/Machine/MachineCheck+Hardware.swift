import Diagnostics
import Foundation
import Runs
import Tensors

extension MachineCheck {
  static func cores() -> MachineCheck {
    let usable = ProcessInfo.processInfo.activeProcessorCount
    let machine = Machine.current
    let quota = coreQuota().flatMap { $0 + 0.01 < Double(usable) ? $0 : nil }
    let limit = quota.map {
      String(format: "; the container may use %.1f", $0)
    }
    return MachineCheck(
      "cores",
      "\(usable), \(machine.processor), products: \(machine.products)"
        + (limit ?? ""), isPoor: limit != nil,
      fix: "start the container with more cores")
  }

  /// What control groups allow, in cores.
  private static func coreQuota() -> Double? {
    let words =
      SystemFile.lines(of: "/sys/fs/cgroup/cpu.max").first?
      .split(separator: " ").compactMap { Double($0) } ?? []
    return words.count == 2 && words[1] > 0 ? words[0] / words[1] : nil
  }

  static func memory() -> MachineCheck {
    let available = MachineMemory.available
    let finding =
      ByteCount.shown(available) + " free of "
      + ByteCount.shown(MachineMemory.total)
    return MachineCheck(
      "memory", finding, isPoor: available < 2 << 30,
      fix: "end other programs, or run with fewer --jobs")
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
    return MachineCheck(
      name, "\(ByteCount.shown(free)) free in \(folder)",
      isPoor: free < 5 << 30,
      fix: "superb cache prune deletes features that are no longer wanted")
  }
}
