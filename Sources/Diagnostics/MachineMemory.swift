import Foundation

/// The machine's memory, or what of it the container may use.
package enum MachineMemory {
  package static var total: Int { min(kernel("MemTotal") ?? 0, limit ?? .max) }

  /// What programs can still have.
  package static var available: Int {
    let free = kernel("MemAvailable") ?? 0
    guard let limit else { return free }
    let used = SystemFile.lines(of: "/sys/fs/cgroup/memory.current").first
    return min(free, max(0, limit - (used.flatMap { Int($0) } ?? 0)))
  }

  private static var limit: Int? {
    SystemFile.lines(of: "/sys/fs/cgroup/memory.max").first
      .flatMap { Int($0) }
  }

  private static func kernel(_ key: String) -> Int? {
    // "MemTotal:       24576000 kB"
    SystemFile.lines(of: "/proc/meminfo").first {
      $0.hasPrefix(key + ":")
    }?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
      .map { $0 * 1024 }
  }
}

/// Files in which the kernel tells of the machine and of this process.
package enum SystemFile {
  /// The file's lines without empty ones; none if it cannot be read.
  package static func lines(of path: String) -> [String] {
    FileManager.default.contents(atPath: path)
      .map { String(decoding: $0, as: UTF8.self) }?
      .split(separator: "\n").map(String.init) ?? []
  }
}
