import Diagnostics
import Foundation

/// What processes hold of the machine's memory, by Linux's accounts.
package enum ProcessMemory {
  /// The ids of all processes.
  package static var processes: [pid_t] {
    ((try? names(inFolder: "/proc")) ?? []).compactMap { pid_t($0) }
  }

  /// Bytes that these processes hold and that no file on a disk backs: their
  /// own, and memory that they share among them or with others, which counts
  /// once however many map it. Nothing for processes that have gone.
  package static func bytes(of processes: [pid_t]) -> Int {
    var (own, shared) = (0, 0)
    for process in processes {
      let fields = fields(of: "/proc/\(process)/status")
      own += fields["RssAnon"] ?? 0
      shared += fields["RssShmem"] ?? 0
    }
    if processes.count > 1 {
      // Forked processes share pages, which each of them is charged with.
      // Their exact shares are dear to ask for, so only where they matter.
      let shares = processes.map { fields(of: "/proc/\($0)/smaps_rollup") }
      if shares.contains(where: { $0["Pss_Shmem"] != nil }) {
        own = shares.reduce(0) { $0 + ($1["Pss_Anon"] ?? 0) }
        shared = shares.reduce(0) { $0 + ($1["Pss_Shmem"] ?? 0) }
      }
    }
    return own + max(shared, openMemory(of: processes))
  }

  /// Bytes of files in memory that the processes have open: what is written
  /// there need not be mapped.
  private static func openMemory(of processes: [pid_t]) -> Int {
    var sizes: [UInt64: Int] = [:]
    for process in processes {
      let folder = "/proc/\(process)/fd"
      for name in (try? names(inFolder: folder)) ?? [] {
        let path =
          (try? FileManager.default.destinationOfSymbolicLink(
            atPath: "\(folder)/\(name)")) ?? ""
        guard path.hasPrefix("/memfd:") || path.hasPrefix("/dev/shm/"),
          let status = fileStatus("\(folder)/\(name)")
        else { continue }
        sizes[UInt64(status.st_ino)] = Int(status.st_blocks) * 512
      }
    }
    return sizes.values.reduce(0, +)
  }

  /// The fields of an account whose lines are `Name: n kB`, in bytes.
  private static func fields(of path: String) -> [String: Int] {
    var fields: [String: Int] = [:]
    for line in SystemFile.lines(of: path) {
      let words = line.split(whereSeparator: { $0 == ":" || $0.isWhitespace })
      if words.count == 3, words[2] == "kB", let size = Int(words[1]) {
        fields[String(words[0])] = size << 10
      }
    }
    return fields
  }
}
