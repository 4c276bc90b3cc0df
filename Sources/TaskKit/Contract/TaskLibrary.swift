import Foundation
import Synchronization
import TaskABI

/// What a plugin exports:
///
///     @_cdecl("superb_task_entry_point")
///     public func taskEntryPoint() -> UnsafePointer<superb_task_entry> {
///       TaskLibrary.entry([KeywordSpotting.self])
///     }
public enum TaskLibrary {
  /// The entry of a library that offers these experts. The same experts give
  /// the same entry; it lives until the process ends.
  ///
  /// Compiled into the library that calls it, which so carries the stamp of
  /// the kit and the compiler that it was built with.
  @_alwaysEmitIntoClient
  public static func entry(
    _ experts: [any DownstreamExpert.Type]
  ) -> UnsafePointer<superb_task_entry> {
    entry(experts, stamp: superb_kit_stamp())
  }

  /// The host reads the stamp from the library's file; it is asked for here
  /// so that the file has it.
  @usableFromInline
  static func entry(
    _ experts: [any DownstreamExpert.Type], stamp: UnsafePointer<CChar>?
  ) -> UnsafePointer<superb_task_entry> {
    LoadedLibrary.offering(experts).entry
  }
}

/// A library of this process, behind its entry and its factory, which both
/// carry it as their context. Immortal; constant once it is made.
final class LoadedLibrary: @unchecked Sendable {
  let entry: UnsafePointer<superb_task_entry>
  private let factory: UnsafePointer<superb_task_factory>
  private let memory = CrossingMemory()
  private let experts: [any DownstreamExpert.Type]
  private let descriptors: [UnsafePointer<superb_task_descriptor>]
  private let folds: [String: UnsafePointer<superb_folds>]

  private static let loaded = Mutex<[LoadedLibrary]>([])

  static func offering(
    _ experts: [any DownstreamExpert.Type]
  ) -> LoadedLibrary {
    let names = experts.map { ObjectIdentifier($0) }
    return loaded.withLock { libraries in
      let known = libraries.first {
        $0.experts.map { ObjectIdentifier($0) } == names
      }
      if let known { return known }
      let library = LoadedLibrary(experts)
      libraries.append(library)
      return library
    }
  }

  private init(_ experts: [any DownstreamExpert.Type]) {
    self.experts = experts
    descriptors = experts.map { [memory] in memory.descriptor($0.descriptor) }
    var folds: [String: UnsafePointer<superb_folds>] = [:]
    for expert in experts {
      folds[expert.descriptor.id] = expert.folds.map(memory.folds)
    }
    self.folds = folds
    let factory = memory.place(superb_task_factory())
    let entry = memory.place(superb_task_entry())
    self.factory = UnsafePointer(factory)
    self.entry = UnsafePointer(entry)
    fill(&factory.pointee)
    fill(&entry.pointee)
  }

  private var context: UnsafeMutableRawPointer {
    Unmanaged.passUnretained(self).toOpaque()
  }

  private static func at(_ context: UnsafeMutableRawPointer?) -> LoadedLibrary?
  {
    object(LoadedLibrary.self, at: context)
  }

  private func fill(_ entry: inout superb_task_entry) {
    entry.struct_size = sizeField(of: superb_task_entry.self)
    entry.abi_major = UInt16(SUPERB_ABI_MAJOR)
    entry.abi_minor = UInt16(SUPERB_ABI_MINOR)
    entry.magic = Self.magic
    entry.context = context
    entry.factory = { me in LoadedLibrary.at(me?.pointee.context)?.factory }
  }

  private func fill(_ factory: inout superb_task_factory) {
    factory.struct_size = sizeField(of: superb_task_factory.self)
    factory.count = UInt32(clamping: experts.count)
    factory.context = context
    factory.descriptor = { me, index in
      guard let library = LoadedLibrary.at(me?.pointee.context),
        Int(index) < library.descriptors.count
      else { return nil }
      return library.descriptors[Int(index)]
    }
    factory.create = { me, host, id, out in
      guard let library = LoadedLibrary.at(me?.pointee.context), let host,
        let id, let out
      else { return SUPERB_INVALID_ARGUMENT }
      return reporting(to: host) {
        out.pointee = try library.expert(String(cString: id), host).handOver()
      }
    }
    factory.get_extension = { me, task, id in
      guard let library = LoadedLibrary.at(me?.pointee.context), let task,
        let id, String(cString: id) == SUPERB_FOLDS_EXTENSION
      else { return nil }
      return library.folds[String(cString: task)].map { UnsafeRawPointer($0) }
    }
  }

  /// SUPERB_ENTRY_MAGIC, whose cast the importer does not follow.
  static let magic: UInt64 = 0x3031_4252_4550_5553

  private func expert(
    _ id: String, _ host: UnsafePointer<superb_host>
  ) throws -> ExpertHandle {
    guard let type = experts.first(where: { $0.descriptor.id == id }) else {
      let known = experts.map { $0.descriptor.id }.joined(separator: ", ")
      throw TaskError.notFound(
        "this library has no task '\(id)'. It has: \(known).")
    }
    let context = try TaskContext(host)
    return ExpertHandle(try type.init(context), context)
  }
}

/// Runs `body`; what it throws is explained to the host and returned as a
/// status.
func reporting(
  to host: UnsafePointer<superb_host>, _ body: () throws -> Void
) -> superb_status {
  do {
    try body()
    return SUPERB_OK
  } catch {
    let failure: TaskError
    switch error {
    case let error as TaskError: failure = error
    case let error as CocoaError:
      failure = TaskError(.io, error.localizedDescription)
    case is CancellationError: failure = TaskError(.cancelled, "stopped")
    default: failure = TaskError(.internal, String(describing: error))
    }
    let status = failure.status.rawValue
    return host.pointee.fail?(
      host, status, failure.message.replacing("\0", with: "\u{2400}")) ?? status
  }
}
