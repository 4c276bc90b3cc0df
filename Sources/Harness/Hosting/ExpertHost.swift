import Alignment
import Configuration
import Diagnostics
import Foundation
import Logging
import Speech
import TaskABI
import Tensors
import Upstreams

/// The host side of the contract for one expert: its engine, its section of
/// the configuration, and what its calls leave behind.
///
/// Used from the expert's thread only, like the expert itself.
final class ExpertHost {
  /// What an expert is made for.
  struct Setting {
    var upstreamDimension: Int
    /// The frame shift, at `samplingRate`.
    var samplesPerFrame: Double
    /// Hz of the audio that the upstream hears.
    var samplingRate = speechSampleRate
    var seed: UInt64
    /// The task's whole configuration; the expert sees `downstream_expert`.
    var config: ConfigValue
    /// Corpus roots by name.
    var corpora: [String: String]
    var logger: Logger
    var reportsProgress: (Double, String) -> Void
    var isCancelled: () -> Bool
    /// The most threads that alignment works on; all cores if nil.
    var threads: Int?
    /// Told on any thread, but never on two at once, while the expert waits.
    var reportsAlignment: (AlignmentProgress) -> Void = { _ in }
    /// Where finished alignments are kept.
    var alignments: (any AlignmentMemory)?
    /// Samples at `samplingRate` after effects, before crops. A host that has no
    /// store to remember them in offers none.
    var audioLengths: ([AudioSpan]) throws -> [Int] = { _ in
      throw UserError("the lengths of audio cannot be found out here")
    }
  }

  let engine: Engine
  let setting: Setting
  let random: CounterRandom
  /// Paths of the configuration that the expert has asked for.
  private(set) var readPaths: Set<String> = []
  /// Paths whose keys or entries the expert has enumerated.
  private(set) var enumeratedPaths: Set<String> = []
  private var failure: (status: superb_status, message: String)?
  private var strings: [String: UnsafeMutablePointer<CChar>] = [:]
  private let storage: UnsafeMutablePointer<superb_host>
  /// What the table's context points to.
  private(set) lazy var operators = TensorHost(engine: engine, owner: self)

  /// What the expert is handed.
  var table: UnsafePointer<superb_host> { UnsafePointer(storage) }

  init(engine: Engine, setting: Setting) {
    self.engine = engine
    self.setting = setting
    random = CounterRandom(seed: setting.seed)
    storage = .allocate(capacity: 1)
    storage.initialize(to: makeTable())
  }

  deinit {
    for string in strings.values { free(string) }
    storage.deinitialize(count: 1)
    storage.deallocate()
  }

  static func of(_ table: UnsafePointer<superb_host>) -> ExpertHost? {
    TensorHost.of(table)?.owner as? ExpertHost
  }

  // MARK: Failures

  /// Keeps the first failure of a call; later ones are its consequences.
  func fail(_ status: superb_status, _ message: String) -> superb_status {
    let status = status == SUPERB_OK ? SUPERB_INTERNAL : status
    if failure == nil { failure = (status, message) }
    return status
  }

  func fail(_ error: any Error) -> superb_status {
    switch error {
    case let error as UserError:
      fail(SUPERB_INVALID_ARGUMENT, error.description)
    case is CancellationError: fail(SUPERB_CANCELLED, "stopped")
    default: fail(SUPERB_INTERNAL, "\(error)")
    }
  }

  /// Turns what a call of the expert returned into an error, and forgets it.
  ///
  /// - Parameter reason: what to say if nobody has said why.
  func check(
    _ status: superb_status, during call: String,
    reason: String = "the task gave no reason"
  ) throws {
    let operatorFailure = engine.takeFailure()
    defer { failure = nil }
    guard status != SUPERB_OK else { return }
    let (code, message) =
      failure ?? operatorFailure.map { ($0.status, $0.description) }
      ?? (status, "\(reason) (status \(status))")
    if code == SUPERB_CANCELLED { throw Interrupted() }
    throw TaskFailure(status: code, message: message, call: call)
  }

  // MARK: Configuration

  static let section = "downstream_expert"

  /// Notes that the expert has asked for `path`, and gives its whole path.
  func whole(_ path: UnsafePointer<CChar>?) -> String {
    let path = path.map { String(cString: $0) } ?? ""
    readPaths.insert(path)
    return path.isEmpty ? Self.section : Self.section + "." + path
  }

  /// The list or map at `path`, whose entries the expert asks for.
  func enumerate(_ path: UnsafePointer<CChar>?) throws -> ConfigValue {
    enumeratedPaths.insert(path.map { String(cString: $0) } ?? "")
    let whole = whole(path)
    guard let value = try setting.config.value(at: whole) else {
      throw UserError("the key '\(whole)' is missing")
    }
    return value
  }

  /// Throws for the first key that the expert has not asked for: the user
  /// has most likely mistyped it.
  func checkUnreadKeys() throws {
    guard let section = try setting.config.value(at: Self.section) else {
      return
    }
    try checkUnread(section, path: "")
  }

  private func checkUnread(_ value: ConfigValue, path: String) throws {
    guard case .map(let map) = value.kind, !enumeratedPaths.contains(path)
    else { return }
    for entry in map.entries {
      let below = path.isEmpty ? entry.key : path + "." + entry.key
      let isRead = readPaths.contains { $0 == below || $0.hasPrefix(below + ".") }
      guard isRead else {
        let siblings = readPaths.compactMap { known -> String? in
          let prefix = path.isEmpty ? "" : path + "."
          guard known.hasPrefix(prefix), known != path else { return nil }
          return known.dropFirst(prefix.count).split(separator: ".").first
            .map(String.init)
        }
        throw UserError(
          "the task does not know the key '\(below)'",
          at: (entry.keyMark ?? entry.value.mark)?.description,
          fix: Suggestion.fix(for: entry.key, among: Set(siblings).sorted()))
      }
      try checkUnread(entry.value, path: below)
    }
  }

  /// The text, kept for as long as the host lives.
  func keep(_ text: String) -> UnsafePointer<CChar>? {
    if let known = strings[text] { return UnsafePointer(known) }
    guard let copy = strdup(text) else { return nil }
    strings[text] = copy
    return UnsafePointer(copy)
  }
}

/// A call of the task failed, and what it said.
struct TaskFailure: Error, CustomStringConvertible {
  var status: superb_status
  var message: String
  /// The method that failed: `forward(train)`.
  var call: String

  /// Bugs are the task's; the rest the user can mend.
  var isBug: Bool { status == SUPERB_INTERNAL }

  /// The task has stopped because the host asked it to.
  var isCancellation: Bool { status == SUPERB_CANCELLED }

  var description: String { isBug ? "\(call): \(message)" : message }
}
