import Diagnostics
import Foundation
import TaskABI

/// With which TaskKit and compiler a task written in Swift was built.
///
/// Such a task binds to the kit's symbols in the program that loads it, and
/// Swift's binary interface changes with the kit's sources and with the
/// compiler: to run a task with another stamp is undefined behaviour. The
/// stamp is an exported constant, so it is known before anything of the
/// library has run. A task in C has no such tie and no stamp.
struct KitStamp: Equatable {
  /// The digest of the kit's sources, hexadecimal.
  var kit: String
  /// What the compiler calls itself.
  var compiler: String

  /// This program's.
  static let own = KitStamp(String(cString: superb_kit_stamp()))

  /// - Parameter text: digest and compiler, a space between them.
  init(_ text: String) {
    let parts = text.split(separator: " ", maxSplits: 1).map(String.init)
    kit = parts.first ?? ""
    compiler = parts.count > 1 ? parts[1] : ""
  }

  /// Refuses the library at `path` if it is a task in Swift that was built
  /// with another kit or compiler than this program.
  ///
  /// What is no library at all passes: loading it says why.
  ///
  /// - Throws: ``UserError`` that says which of the two differs.
  static func check(_ path: String) throws {
    guard let symbols = DynamicSymbols(of: path),
      symbols.symbols.contains(where: {
        !$0.isDefined && $0.name.hasPrefix(kitPrefix)
      })
    else { return }
    if let reason = refusal(of: symbols.text(of: symbol).map(KitStamp.init)) {
      throw UserError(
        reason, at: path,
        fix: "rebuild it from its sources: superb task build FOLDER")
    }
  }

  /// Why a task with `stamp` cannot run here; nil if it can.
  static func refusal(of stamp: KitStamp?) -> String? {
    guard let stamp else {
      return "the task does not say which TaskKit it was built with"
    }
    if stamp.kit != own.kit {
      return "the task was built with TaskKit \(stamp.kit), this program has"
        + " \(own.kit)"
    }
    return stamp == own
      ? nil
      : "the task was built by \(stamp.compiler), this program by"
        + " \(own.compiler)"
  }

  static let symbol = "superb_task_kit_stamp"
  /// What the names of the kit's own symbols begin with.
  private static let kitPrefix = "$s7TaskKit"
}
