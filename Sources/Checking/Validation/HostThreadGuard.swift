import Foundation
import Synchronization
import TaskABI
import Tensors

/// Notes calls of the host from another thread than the expert's.
///
/// It lays itself over the table that an expert is handed: functions of the
/// contract that belong to one thread are replaced by ones that look at the
/// thread first and then do what the function did. There is one guard in a
/// process, since C functions carry nothing with them.
enum HostThreadGuard {
  // Written by `begin` and `lay`, before the task has a table to call.
  nonisolated(unsafe) private static var owner: pthread_t?
  nonisolated(unsafe) fileprivate static var host = superb_host()
  nonisolated(unsafe) fileprivate static let guardedTensors = UnsafeRawPointer(
    guarded())

  private static let stray = Mutex<String?>(nil)

  /// Whether tables are to be guarded.
  static var isActive: Bool { owner != nil }

  /// The first call from another thread, by the function's name.
  static var strayCall: String? { stray.withLock { $0 } }

  /// From now on, calls belong to this thread.
  static func begin() { owner = pthread_self() }

  fileprivate static func look(_ name: String) {
    guard let owner, pthread_equal(owner, pthread_self()) == 0 else { return }
    stray.withLock { $0 = $0 ?? name }
  }

  /// Guards the functions of `table`.
  static func lay(over table: UnsafePointer<superb_host>) {
    let guarded = UnsafeMutablePointer(mutating: table)
    host = table.pointee
    layOverConfiguration(&guarded.pointee)
    guarded.pointee.fail = {
      asked("fail").fail?($0, $1, $2) ?? SUPERB_INTERNAL
    }
    guarded.pointee.progress = { asked("progress").progress?($0, $1, $2) }
    guarded.pointee.corpus = {
      asked("corpus").corpus?($0, $1, $2) ?? SUPERB_INTERNAL
    }
    guarded.pointee.audio_info = {
      asked("audio_info").audio_info?($0, $1, $2) ?? SUPERB_INTERNAL
    }
    guarded.pointee.random_stream = {
      asked("random_stream").random_stream?($0, $1) ?? 0
    }
    guarded.pointee.get_extension = {
      let found = asked("get_extension").get_extension?($0, $1)
      return found == UnsafeRawPointer(TensorExtension.core)
        ? HostThreadGuard.guardedTensors : found
    }
  }

  private static func layOverConfiguration(_ table: inout superb_host) {
    table.config_kind = {
      asked("config_kind").config_kind?($0, $1) ?? SUPERB_CONFIG_ABSENT
    }
    table.config_bool = {
      asked("config_bool").config_bool?($0, $1, $2) ?? SUPERB_INTERNAL
    }
    table.config_integer = {
      asked("config_integer").config_integer?($0, $1, $2) ?? SUPERB_INTERNAL
    }
    table.config_number = {
      asked("config_number").config_number?($0, $1, $2) ?? SUPERB_INTERNAL
    }
    table.config_string = {
      asked("config_string").config_string?($0, $1, $2) ?? SUPERB_INTERNAL
    }
    table.config_count = {
      asked("config_count").config_count?($0, $1, $2) ?? SUPERB_INTERNAL
    }
    table.config_key = {
      asked("config_key").config_key?($0, $1, $2, $3) ?? SUPERB_INTERNAL
    }
  }

  /// A copy of the core's operators in which those that hardly any model does
  /// without are guarded.
  private static func guarded() -> UnsafePointer<superb_tensor_api> {
    var copy = TensorExtension.core.pointee
    copy.parameter = {
      applied("parameter").parameter?($0, $1, $2, $3, $4, $5) ?? nil
    }
    copy.constant = { applied("constant").constant?($0, $1, $2, $3) ?? nil }
    copy.data = { applied("data").data?($0) ?? nil }
    copy.linear = { applied("linear").linear?($0, $1, $2) ?? nil }
    copy.matmul = { applied("matmul").matmul?($0, $1, $2, $3) ?? nil }
    copy.custom = {
      applied("custom").custom?($0, $1, $2, $3, $4, $5) ?? nil
    }
    let place = UnsafeMutablePointer<superb_tensor_api>.allocate(capacity: 1)
    place.initialize(to: copy)
    return UnsafePointer(place)
  }
}

/// The host's own functions, once the caller's thread is looked at.
private func asked(_ name: String) -> superb_host {
  HostThreadGuard.look("host." + name)
  return HostThreadGuard.host
}

/// The core's own operators, once the caller's thread is looked at.
private func applied(_ name: String) -> superb_tensor_api {
  HostThreadGuard.look("the operator '\(name)'")
  return TensorExtension.core.pointee
}
