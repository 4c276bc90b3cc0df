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
  /// A process holds at most 64 Swift libraries. The entry of a further one
  /// says so in `init`, with SUPERB_RESOURCE.
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

/// A library of this process, by the slot it has taken. Immutable, immortal.
final class LoadedLibrary: @unchecked Sendable {
  let entry: UnsafePointer<superb_task_entry>
  let factory: UnsafePointer<superb_task_factory>
  private let experts: [any DownstreamExpert.Type]
  private let descriptors: [UnsafePointer<superb_task_descriptor>]
  private let folds: [UnsafePointer<superb_folds>]

  private static let loaded = Mutex<[LoadedLibrary]>([])

  static func inSlot(_ slot: Int) -> LoadedLibrary? {
    loaded.withLock { slot < $0.count ? $0[slot] : nil }
  }

  static func offering(
    _ experts: [any DownstreamExpert.Type]
  ) -> LoadedLibrary {
    let names = experts.map { ObjectIdentifier($0) }
    return loaded.withLock { libraries in
      let known = libraries.first {
        $0.experts.map { ObjectIdentifier($0) } == names
      }
      if let known { return known }
      let slots = Slot.all
      let library = LoadedLibrary(
        experts,
        slot: libraries.count < slots.count ? slots[libraries.count] : nil)
      libraries.append(library)
      return library
    }
  }

  private init(_ experts: [any DownstreamExpert.Type], slot: Slot?) {
    self.experts = experts
    descriptors = experts.map { Constant.descriptor($0.descriptor) }
    folds = experts.compactMap { expert in
      expert.folds.map { Constant.folds($0, task: expert.descriptor.id) }
    }

    var factory = superb_task_factory()
    factory.struct_size = sizeField(of: superb_task_factory.self)
    factory.count = UInt32(clamping: experts.count)
    factory.descriptor = slot?.descriptor
    factory.create = slot?.create
    factory.get_extension = slot?.table
    self.factory = Constant.value(factory)

    var entry = superb_task_entry()
    entry.struct_size = sizeField(of: superb_task_entry.self)
    entry.abi_major = UInt16(SUPERB_ABI_MAJOR)
    entry.abi_minor = UInt16(SUPERB_ABI_MINOR)
    entry.magic = LoadedLibrary.magic
    entry.factory = slot?.factory
    if slot == nil {
      entry.`init` = { _ in SUPERB_RESOURCE }
      entry.factory = { nil }
    }
    self.entry = Constant.value(entry)
  }

  /// SUPERB_ENTRY_MAGIC, whose cast the importer does not follow.
  static let magic: UInt64 = 0x4b54_4252_4550_5553

  func descriptor(
    _ index: UInt32
  ) -> UnsafePointer<superb_task_descriptor>? {
    Int(index) < descriptors.count ? descriptors[Int(index)] : nil
  }

  func table(_ id: UnsafePointer<CChar>?, _ index: UInt32) -> UnsafeRawPointer?
  {
    guard let id, String(cString: id) == SUPERB_FOLDS_EXTENSION,
      Int(index) < folds.count
    else { return nil }
    return UnsafeRawPointer(folds[Int(index)])
  }

  func create(
    host: UnsafePointer<superb_host>?, id: UnsafePointer<CChar>?,
    out: Slot.Out?
  ) -> superb_status {
    guard let host, let id, let out else { return SUPERB_INVALID_ARGUMENT }
    return reporting(to: host) {
      let id = String(cString: id)
      guard let type = experts.first(where: { $0.descriptor.id == id }) else {
        let known = experts.map { $0.descriptor.id }.joined(separator: ", ")
        throw TaskError(
          .notFound, "this library has no task '\(id)'. It has: \(known).")
      }
      let context = try TaskContext(host)
      out.pointee = ExpertHandle(try type.init(context), context).handOver()
    }
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
