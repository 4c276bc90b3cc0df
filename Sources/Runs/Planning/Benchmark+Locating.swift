import Diagnostics
import Files
import Foundation
import Hosting

extension Benchmark {
  /// The file's name in the working folder, read if the user names none.
  package static let standardFile = "benchmark.yaml"

  /// The benchmark of `file`; of `benchmark.yaml` in the working folder if
  /// none is named; empty if there is no such file either.
  package static func located(_ file: String?) throws -> Benchmark {
    if let file { return try Benchmark(file: file) }
    guard FileManager.default.fileExists(atPath: standardFile) else {
      return Benchmark()
    }
    if let reason = try Site.trustedWriters().objection(to: standardFile) {
      throw UserError(
        "others could have changed this file, which nobody has named: "
          + reason, at: standardFile,
        fix: "say --benchmark \(standardFile) if you trust it")
    }
    return try Benchmark(file: standardFile)
  }

  /// Where built tasks and hidden states go: what the file says, else the
  /// standard place.
  package var cacheFolder: CacheFolder {
    cache.map { CacheFolder(path: $0) } ?? .standard()
  }
}
