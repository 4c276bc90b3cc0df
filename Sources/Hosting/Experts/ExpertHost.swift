import Alignment
import Configuration
import Diagnostics
import Foundation
import Logging
import Records
import Speech
import TaskABI
import Tensors
import Upstreams

/// The host side of the contract for one expert: its engine, its section of
/// the configuration, and what its calls leave behind.
///
/// Used from the expert's thread only, like the expert itself.
package final class ExpertHost {
  /// What an expert is made for.
  package struct Setting {
    package var upstreamDimension: Int
    /// The frame shift, at `samplingRate`.
    package var samplesPerFrame: Double
    /// Hz of the audio that the upstream hears.
    package var samplingRate: Int
    package var seed: UInt64
    /// The task's whole configuration; the expert sees `downstream_expert`.
    package var config: ConfigValue
    /// Corpus roots by name.
    package var corpora: [String: String]
    package var logger: Logger
    package var reportsProgress: (Double, String) -> Void
    package var isCancelled: () -> Bool
    /// Where each call of the expert is noted, if anybody wants to know.
    package var note: CallNote?
    /// The most threads that alignment works on; all cores if nil.
    package var threads: Int?
    /// Told on any thread, but never on two at once, while the expert waits.
    package var reportsAlignment: (AlignmentProgress) -> Void
    /// Where finished alignments are kept.
    package var alignments: (any AlignmentMemory)?
    /// Samples at `samplingRate` after effects, before crops. A host that has no
    /// store to remember them in offers none.
    package var audioLengths: ([AudioSpan]) throws -> [Int]

    package init(
      upstreamDimension: Int, samplesPerFrame: Double,
      samplingRate: Int = speechSampleRate, seed: UInt64,
      config: ConfigValue, corpora: [String: String], logger: Logger,
      reportsProgress: @escaping (Double, String) -> Void,
      isCancelled: @escaping () -> Bool, note: CallNote? = nil,
      threads: Int? = nil,
      reportsAlignment: @escaping (AlignmentProgress) -> Void = { _ in },
      alignments: (any AlignmentMemory)? = nil,
      audioLengths: @escaping ([AudioSpan]) throws -> [Int] = { _ in
        throw UserError("the lengths of audio cannot be found out here")
      }
    ) {
      self.upstreamDimension = upstreamDimension
      self.samplesPerFrame = samplesPerFrame
      self.samplingRate = samplingRate
      self.seed = seed
      self.config = config
      self.corpora = corpora
      self.logger = logger
      self.reportsProgress = reportsProgress
      self.isCancelled = isCancelled
      self.note = note
      self.threads = threads
      self.reportsAlignment = reportsAlignment
      self.alignments = alignments
      self.audioLengths = audioLengths
    }
  }

  package let engine: Engine
  package let setting: Setting
  /// The id of the task whose expert this host serves, for what it is blamed
  /// for.
  package var task = "unknown"
  /// Paths of the configuration that the expert has asked for.
  package private(set) var readPaths: Set<String> = []
  /// Paths whose keys or entries the expert has enumerated.
  private(set) var enumeratedPaths: Set<String> = []
  private var failure: Failure?
  private var strings: [String: UnsafeMutablePointer<CChar>] = [:]
  private let storage: UnsafeMutablePointer<superb_host>
  /// What the table's context points to.
  package private(set) lazy var operators = TensorHost(
    engine: engine, owner: self)

  /// What the expert is handed.
  package var table: UnsafePointer<superb_host> { UnsafePointer(storage) }

  package init(engine: Engine, setting: Setting) {
    self.engine = engine
    self.setting = setting
    storage = .allocate(capacity: 1)
    storage.initialize(to: makeTable())
  }

  deinit {
    for string in strings.values { free(string) }
    storage.deinitialize(count: 1)
    storage.deallocate()
  }

  package static func of(_ table: UnsafePointer<superb_host>?) -> ExpertHost? {
    table.flatMap { TensorHost.of($0)?.owner as? ExpertHost }
  }

  // MARK: Failures

  private enum Failure {
    case told(superb_status, String)
    case breach(ContractBreach)
  }

  /// Keeps the first failure of a call; later ones are its consequences.
  package func fail(_ status: superb_status, _ message: String) -> superb_status
  {
    let status = status == SUPERB_OK ? SUPERB_INTERNAL : status
    failure = failure ?? .told(status, message)
    return status
  }

  package func fail(_ error: any Error) -> superb_status {
    switch error {
    case let breach as ContractBreach:
      failure = failure ?? .breach(breach)
      return SUPERB_INVALID_ARGUMENT
    case let error as UserError:
      return fail(SUPERB_INVALID_ARGUMENT, error.description)
    case is CancellationError: return fail(SUPERB_CANCELLED, "stopped")
    default: return fail(SUPERB_INTERNAL, "\(error)")
    }
  }

  /// A call of the expert begins; ``check(_:during:missing:)`` ends it.
  package func enter(_ call: String) { setting.note?.enter(call) }

  /// Has the expert do something, by a call that gives nothing else.
  package func calling(
    _ call: String, _ body: () throws -> superb_status
  ) throws {
    enter(call)
    try check(try body(), during: call)
  }

  /// Turns what a call of the expert returned into an error, and forgets it.
  ///
  /// - Parameter missing: what the call ought to have given and has not. A
  ///   null result is how a failed operator arrives, so the operator's reason
  ///   comes first; without one it is a breach of the contract.
  package func check(
    _ status: superb_status, during call: String, missing: String? = nil
  ) throws {
    setting.note?.leave()
    let operatorFailure = engine.takeFailure()
    defer { failure = nil }
    guard status != SUPERB_OK || missing != nil else { return }
    let code: superb_status
    let message: String
    switch failure {
    case .breach(let breach): throw breach
    case .told(let status, let reason): (code, message) = (status, reason)
    case nil:
      if let operatorFailure {
        (code, message) = (operatorFailure.status, operatorFailure.description)
      } else if let missing, status == SUPERB_OK {
        throw breach(in: call, "it gave no \(missing)")
      } else {
        (code, message) = (
          status, "the task gave no reason in \(call) (status \(status))"
        )
      }
    }
    if code == SUPERB_CANCELLED { throw Interrupted() }
    throw TaskFailure(status: code, message: message, call: call)
  }

  /// What the expert did in `call` and may not do.
  package func breach(in call: String, _ what: String) -> ContractBreach {
    ContractBreach(of: task, in: call, what)
  }

  // MARK: Configuration

  package static let section = TaskConfiguration.expertSection

  /// Notes that the expert has asked for `path`, and gives its whole path.
  package func whole(_ path: UnsafePointer<CChar>?) -> String {
    let path = path.map { String(cString: $0) } ?? ""
    readPaths.insert(path)
    return path.isEmpty ? Self.section : Self.section + "." + path
  }

  /// The list or map at `path`, whose entries the expert asks for.
  package func enumerate(_ path: UnsafePointer<CChar>?) throws -> ConfigValue {
    enumeratedPaths.insert(path.map { String(cString: $0) } ?? "")
    let whole = whole(path)
    guard let value = try setting.config.value(at: whole) else {
      throw UserError("the key '\(whole)' is missing")
    }
    return value
  }

  /// Throws for the first key that the expert has not asked for: the user
  /// has most likely mistyped it.
  ///
  /// - Returns: what to tell the user of keys that change nothing here.
  @discardableResult
  package func checkUnreadKeys() throws -> [String] {
    guard let section = try setting.config.value(at: Self.section) else {
      return []
    }
    var remarks: [String] = []
    try checkUnread(section, path: "", remarks: &remarks)
    return remarks
  }

  private func checkUnread(
    _ value: ConfigValue, path: String, remarks: inout [String]
  ) throws {
    let entries: [(key: String, value: ConfigValue, mark: Mark?)] =
      switch value.kind {
      case .map(let map):
        map.entries.map { ($0.key, $0.value, $0.keyMark ?? $0.value.mark) }
      case .list(let items):
        items.enumerated().map { ("\($0)", $1, $1.mark) }
      default: []
      }
    // Of a list that is read, items need not be: their number may be all that
    // a task wants.
    let isEnumerated: Bool
    if case .list = value.kind {
      isEnumerated = true
    } else {
      isEnumerated = enumeratedPaths.contains(path)
    }
    for (key, value, mark) in entries {
      let below = path.isEmpty ? key : path + "." + key
      let isRead =
        !key.contains(".")
        && readPaths.contains {
          $0 == below || $0.hasPrefix(below + ".")
        }
      if isRead {
        try checkUnread(value, path: below, remarks: &remarks)
      } else if isEnumerated {
        continue
      } else if let ignored = IgnoredKey.entry(below, value) {
        remarks.append(
          "\(mark.map { "\($0): " } ?? "")'\(Self.section).\(below)' changes"
            + " nothing here: \(ignored.reason)")
      } else if case .map = value.kind, IgnoredKey.hasEntries(below: below) {
        try checkUnread(value, path: below, remarks: &remarks)
      } else {
        throw unknownKey(key, below: path, at: mark)
      }
    }
  }

  private func unknownKey(
    _ key: String, below path: String, at mark: Mark?
  ) -> UserError {
    let prefix = path.isEmpty ? "" : path + "."
    let whole = prefix + key
    if whole == "specaug" {
      return UserError(
        "'\(Self.section).specaug' is not read by the task: the runner masks"
          + " features, for every task", at: mark?.description,
        fix: "move it to the top level, beside 'runner'")
    }
    let values = IgnoredKey.values(at: whole)
    if !values.isEmpty {
      return UserError(
        "the task has '\(whole)' of one value only",
        at: mark?.description,
        fix: "write \(values.joined(separator: " or ")), or leave it out")
    }
    let siblings = readPaths.filter { $0.hasPrefix(prefix) && $0 != path }
      .compactMap {
        $0.dropFirst(prefix.count).split(separator: ".").first.map(String.init)
      }
    return UserError(
      "the task does not know the key '\(whole)'", at: mark?.description,
      fix: Suggestion.fix(for: key, among: Set(siblings).sorted()))
  }

  /// The text, kept for as long as the host lives.
  package func keep(_ text: String) -> UnsafePointer<CChar>? {
    if let known = strings[text] { return UnsafePointer(known) }
    guard let copy = strdup(text) else { return nil }
    strings[text] = copy
    return UnsafePointer(copy)
  }
}

/// A call of the task failed, and what it said.
package struct TaskFailure: Error, CustomStringConvertible {
  package var status: superb_status
  package var message: String
  /// The method that failed: `forward(train)`.
  package var call: String

  /// Bugs are the task's, by its own words; the rest the user can mend.
  package var isBug: Bool { status == SUPERB_INTERNAL }

  /// The task has stopped because the host asked it to.
  package var isCancellation: Bool { status == SUPERB_CANCELLED }

  package var description: String { isBug ? "\(call): \(message)" : message }
}
