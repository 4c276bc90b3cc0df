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
  nonisolated(unsafe) private static var host = superb_host()
  nonisolated(unsafe) private static let guardedTensors = UnsafeRawPointer(
    guarded())

  private static let stray = Mutex<String?>(nil)

  /// Whether tables are to be guarded.
  static var isActive: Bool { owner != nil }

  /// The first call from another thread, by the function's name.
  static var strayCall: String? { stray.withLock { $0 } }

  /// From now on, calls belong to this thread.
  static func begin() { owner = pthread_self() }

  private static func look(_ name: String) {
    guard let owner, pthread_equal(owner, pthread_self()) == 0 else { return }
    stray.withLock { $0 = $0 ?? name }
  }

  /// Guards the functions of `table`.
  static func lay(over table: UnsafePointer<superb_host>) {
    let table = UnsafeMutablePointer(mutating: table)
    host = table.pointee
    layOverConfiguration(&table.pointee)
    table.pointee.fail = {
      HostThreadGuard.look("host.fail")
      return HostThreadGuard.host.fail?($0, $1, $2) ?? SUPERB_INTERNAL
    }
    table.pointee.progress = {
      HostThreadGuard.look("host.progress")
      HostThreadGuard.host.progress?($0, $1, $2)
    }
    table.pointee.corpus = {
      HostThreadGuard.look("host.corpus")
      return HostThreadGuard.host.corpus?($0, $1, $2) ?? SUPERB_INTERNAL
    }
    table.pointee.audio_info = {
      HostThreadGuard.look("host.audio_info")
      return HostThreadGuard.host.audio_info?($0, $1, $2) ?? SUPERB_INTERNAL
    }
    table.pointee.random_stream = {
      HostThreadGuard.look("host.random_stream")
      return HostThreadGuard.host.random_stream?($0, $1) ?? 0
    }
    table.pointee.get_extension = {
      HostThreadGuard.look("host.get_extension")
      let found = HostThreadGuard.host.get_extension?($0, $1)
      return found == UnsafeRawPointer(TensorExtension.core)
        ? HostThreadGuard.guardedTensors : found
    }
  }

  private static func layOverConfiguration(_ table: inout superb_host) {
    table.config_kind = {
      HostThreadGuard.look("host.config_kind")
      return HostThreadGuard.host.config_kind?($0, $1) ?? SUPERB_CONFIG_ABSENT
    }
    table.config_bool = {
      HostThreadGuard.look("host.config_bool")
      return HostThreadGuard.host.config_bool?($0, $1, $2) ?? SUPERB_INTERNAL
    }
    table.config_integer = {
      HostThreadGuard.look("host.config_integer")
      return HostThreadGuard.host.config_integer?($0, $1, $2)
        ?? SUPERB_INTERNAL
    }
    table.config_number = {
      HostThreadGuard.look("host.config_number")
      return HostThreadGuard.host.config_number?($0, $1, $2) ?? SUPERB_INTERNAL
    }
    table.config_string = {
      HostThreadGuard.look("host.config_string")
      return HostThreadGuard.host.config_string?($0, $1, $2) ?? SUPERB_INTERNAL
    }
    table.config_count = {
      HostThreadGuard.look("host.config_count")
      return HostThreadGuard.host.config_count?($0, $1, $2) ?? SUPERB_INTERNAL
    }
    table.config_key = {
      HostThreadGuard.look("host.config_key")
      return HostThreadGuard.host.config_key?($0, $1, $2, $3)
        ?? SUPERB_INTERNAL
    }
  }

  /// A copy of the core's operators in which those that hardly any model does
  /// without are guarded.
  private static func guarded() -> UnsafePointer<superb_tensor_api> {
    var copy = tensors
    copy.parameter = {
      HostThreadGuard.look("the operator 'parameter'")
      return HostThreadGuard.tensors.parameter?($0, $1, $2, $3, $4, $5) ?? nil
    }
    copy.constant = {
      HostThreadGuard.look("the operator 'constant'")
      return HostThreadGuard.tensors.constant?($0, $1, $2, $3) ?? nil
    }
    copy.data = {
      HostThreadGuard.look("the operator 'data'")
      return HostThreadGuard.tensors.data?($0) ?? nil
    }
    copy.linear = {
      HostThreadGuard.look("the operator 'linear'")
      return HostThreadGuard.tensors.linear?($0, $1, $2) ?? nil
    }
    copy.matmul = {
      HostThreadGuard.look("the operator 'matmul'")
      return HostThreadGuard.tensors.matmul?($0, $1, $2, $3) ?? nil
    }
    copy.custom = {
      HostThreadGuard.look("the operator 'custom'")
      return HostThreadGuard.tensors.custom?($0, $1, $2, $3, $4, $5) ?? nil
    }
    let place = UnsafeMutablePointer<superb_tensor_api>.allocate(capacity: 1)
    place.initialize(to: copy)
    return UnsafePointer(place)
  }

  private static var tensors: superb_tensor_api {
    TensorExtension.core.pointee
  }
}
