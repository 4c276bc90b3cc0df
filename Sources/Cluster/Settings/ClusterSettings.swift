import Configuration
import Diagnostics

/// What jobs ask of a cluster and find there: the section `cluster` of the
/// site's file, of `benchmark.yaml` over it, and `--cluster` over both.
package struct ClusterSettings: Equatable, Sendable {
  package var partition: String?
  package var account: String?
  package var qos: String?
  /// Of one job; the partition's own if nil.
  package var time: WallTime?
  package var cpus = 1
  /// As Slurm writes it: `16G`.
  package var memory: String?
  /// As Slurm's `--gpus-per-node` takes it: `1`, `a100:2`.
  package var gpus: String?
  /// More options of sbatch, a line each.
  package var sbatch: [String] = []
  package var modules: [String] = []
  /// Lines of shell before the program is started.
  package var setup: [String] = []
  /// What runs the program: `apptainer exec superb.sif`.
  package var container: String?
  /// The program, if it is not the one that queues.
  package var program: String?
  /// Whether a job that was warned is queued again, and whether the scheduler
  /// may do so for reasons of its own.
  package var requeues = true
  package var mostRequeues = 100
  /// Seconds before its end that a job is warned.
  package var warning = 120
  /// Jobs of an array at a time.
  package var parallel: Int?
  /// Jobs that share the extraction of an upstream.
  package var shards = 4
  /// Of files that are made; as the user has it if nil.
  package var umask: String?

  package static let keys = [
    "partition", "account", "qos", "time", "cpus", "memory", "gpus", "sbatch",
    "modules", "setup", "container", "program", "requeue", "most_requeues",
    "warning", "parallel", "shards", "umask",
  ]

  package init() {}

  /// - Parameters:
  ///   - sections: of which a later one has the last word.
  ///   - options: `key=value` each, over all of them.
  /// - Throws: `UserError` with the place of what is wrong.
  package init(_ sections: [ConfigValue], options: [String] = []) throws {
    let typed = try options.map { option in
      guard let equals = option.firstIndex(of: "=") else {
        throw UserError(
          "'\(option)' is no setting", at: "--cluster",
          fix: "write KEY=VALUE; keys are \(Self.keys.joined(separator: ", "))")
      }
      let text = option[option.index(after: equals)...]
      return try ConfigValue.yaml(
        text: "\(option[..<equals]): \(text)", name: "--cluster")
    }
    try read(
      (sections + typed).reduce(ConfigValue(.map(ConfigMap()))) {
        $0.merging($1)
      })
  }

  private mutating func read(_ root: ConfigValue) throws {
    try root.checkKeys(known: Self.keys)
    // What a shell or Slurm reads, be it written as a number.
    func text(_ key: String) throws -> String? {
      guard let value = try root.value(at: key) else { return nil }
      if case .integer(let number) = value.kind { return "\(number)" }
      return try root.string(at: key)
    }
    func line(_ key: String) throws -> String? {
      let line = try text(key)
      if line?.contains(where: \.isNewline) == true {
        throw UserError(
          "'\(key)' has more than one line",
          at: try root.value(at: key)?.mark?.description)
      }
      return line
    }
    partition = try line("partition")
    account = try line("account")
    qos = try line("qos")
    memory = try line("memory")
    gpus = try line("gpus")
    container = try line("container")
    program = try line("program")
    umask = try line("umask")
    cpus = try root.int(at: "cpus", in: 1...4096, default: cpus)
    sbatch = try root.strings(at: "sbatch", default: [])
    modules = try root.strings(at: "modules", default: [])
    setup = try root.strings(at: "setup", default: [])
    requeues = try root.bool(at: "requeue", default: requeues)
    mostRequeues = try root.int(
      at: "most_requeues", in: 0...100_000, default: mostRequeues)
    warning = try root.int(at: "warning", in: 1...65_535, default: warning)
    shards = try root.int(at: "shards", in: 1...1000, default: shards)
    if try root.value(at: "parallel") != nil {
      parallel = try root.int(at: "parallel", in: 1...1_000_000, default: 1)
    }
    try readTime(root)
    if let mask = umask, Int(mask, radix: 8).map({ $0 > 0o777 }) ?? true {
      throw UserError(
        "'\(mask)' is no umask",
        at: try root.value(at: "umask")?.mark?.description,
        fix: "quote it, as in '002'")
    }
  }

  private mutating func readTime(_ root: ConfigValue) throws {
    guard let value = try root.value(at: "time") else { return }
    let place = value.mark?.description ?? "cluster.time"
    // YAML takes 4:00:00 for a number of seconds, and Slurm 240 for minutes.
    guard case .string(let text) = value.kind else {
      throw UserError(
        "a time that is not quoted may be minutes or seconds", at: place,
        fix: "write it as '4:00:00' or '1-12:00:00'")
    }
    guard let time = WallTime(text) else {
      throw UserError(
        "'\(text)' is no time", at: place,
        fix: "write it as Slurm does: '30:00', '4:00:00', '1-12:00:00'")
    }
    self.time = time
  }
}
