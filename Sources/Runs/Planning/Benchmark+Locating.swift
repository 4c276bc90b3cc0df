import Diagnostics
import Files
import Foundation
import Records

extension Benchmark {
  /// The file's name in the working folder, read if the user names none.
  package static let standardFile = "benchmark.yaml"

  /// The benchmark of `file`; of `benchmark.yaml` in the working folder if
  /// none is named; empty if there is no such file either. What it does not
  /// say, this machine's site does.
  package static func located(_ file: String?) throws -> Benchmark {
    var benchmark = try found(file)
    benchmark.complete(by: try Site.current())
    return benchmark
  }

  private static func found(_ file: String?) throws -> Benchmark {
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

  /// Takes from the site what nobody has said nearer by.
  mutating func complete(
    by site: Site,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) {
    guard let file = site.file else { return }
    for (corpus, path) in site.corpora where corpora[corpus] == nil {
      corpora[corpus] = path
      places["corpora.\(corpus)"] = file
    }
    if places["runs"] == nil, let runs = site.runs {
      self.runs = runs
      places["runs"] = file
    }
    if cache == nil, environment["SUPERB_CACHE_DIR"] == nil {
      cache = site.cache
    }
  }

  /// Where built tasks and hidden states go: what the file says, else the
  /// standard place.
  package var cacheFolder: CacheFolder {
    cache.map { CacheFolder(path: $0) } ?? .standard()
  }
}
