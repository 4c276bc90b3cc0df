import Diagnostics
import Foundation
import Records
import TaskABI

/// A task library in this process. It stays loaded until the process ends:
/// thread-local state and Swift metadata do not unload.
package struct TaskLibrary {
  package let path: String
  package let factory: UnsafePointer<superb_task_factory>

  /// Loads the library, checks its version, and calls its `init`.
  ///
  /// - Throws: ``UserError`` that names the file, if it cannot be loaded,
  ///   speaks another version of the contract or was built with another kit;
  ///   ``ContractBreach`` if its entry is not what the contract says.
  package init(path: String) throws {
    try KitStamp.check(path)
    guard let handle = dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
      let reason = dlerror().map { String(cString: $0) } ?? "unknown reason"
      throw UserError("cannot load the task library: \(reason)", at: path)
    }
    guard let symbol = dlsym(handle, SUPERB_ENTRY_SYMBOL) else {
      throw UserError(
        "not a task library: it does not export \(SUPERB_ENTRY_SYMBOL)",
        at: path, fix: "superb task new writes one that does")
    }
    typealias EntryPoint =
      @convention(c) () -> UnsafePointer<superb_task_entry>?
    let entryPoint = unsafeBitCast(symbol, to: EntryPoint.self)
    guard let entry = entryPoint() else {
      throw Self.breach(path, "its entry point gives null")
    }
    try self.init(entry: entry, path: path)
  }

  /// A library that is in this process already, whose entry is at hand.
  package init(entry: UnsafePointer<superb_task_entry>, path: String) throws {
    self.path = path
    if let problem = Self.draftProblem(entry) {
      throw UserError(problem, at: path)
    }
    guard entry.pointee.magic == UInt64(SUPERB_ENTRY_MAGIC) else {
      throw Self.breach(path, "its entry does not carry the contract's mark")
    }
    let theirs = (entry.pointee.abi_major, entry.pointee.abi_minor)
    guard Int(theirs.0) == Int(SUPERB_ABI_MAJOR) else {
      throw UserError(
        """
        the task library speaks ABI \(theirs.0).\(theirs.1), this program \
        \(SUPERB_ABI_MAJOR).\(SUPERB_ABI_MINOR)
        """, at: path, fix: "rebuild it with this version's headers")
    }
    if let problem = smallness(entry.pointee.struct_size, of: entry) {
      throw Self.breach(path, problem)
    }
    if let initialize = entry.pointee.`init` {
      let status = initialize(entry, path)
      guard status == SUPERB_OK else {
        throw UserError(
          "the task library's init failed with status \(status)", at: path)
      }
    }
    guard let factory = entry.pointee.factory?(entry) else {
      throw Self.breach(path, "its entry gives no factory")
    }
    if let problem = smallness(factory.pointee.struct_size, of: factory) {
      throw Self.breach(path, problem)
    }
    guard factory.pointee.count <= 4096 else {
      throw Self.breach(
        path, "its factory counts \(factory.pointee.count) tasks")
    }
    self.factory = factory
  }

  /// All tasks of this library.
  package func descriptions() throws -> [TaskDescription] {
    return try (0..<factory.pointee.count).map { index in
      guard let descriptor = factory.pointee.descriptor?(factory, index)
      else {
        throw Self.breach(
          path,
          "its factory counts \(factory.pointee.count) tasks and has no"
            + " descriptor \(index)")
      }
      if let problem = smallness(descriptor.pointee.struct_size, of: descriptor)
      {
        throw Self.breach(path, problem)
      }
      var description = try TaskDescription(
        descriptor.pointee, library: (path as NSString).lastPathComponent)
      description.folds = try folds(of: description.id)
      return description
    }
  }

  /// What a library did while it was loaded and described.
  static func breach(_ path: String, _ what: String) -> ContractBreach {
    ContractBreach(
      of: (path as NSString).lastPathComponent, in: "loading", what)
  }

  private func folds(of task: String) throws -> TaskDescription.Folds? {
    guard
      let table = factory.pointee.get_extension?(
        factory, task, SUPERB_FOLDS_EXTENSION)
    else { return nil }
    return try TaskDescription.Folds(
      table.assumingMemoryBound(to: superb_folds.self).pointee, task: task)
  }

  /// Why the entry cannot be read at all, if it is of a draft: nothing after
  /// its magic stands where it stands today.
  package static func draftProblem(
    _ entry: UnsafePointer<superb_task_entry>
  ) -> String? {
    entry.pointee.magic == UInt64(SUPERB_ENTRY_MAGIC_DRAFT)
      ? "built against a draft (0.x) of the task contract; rebuild it with the"
        + " headers of this program: superb task build DIR" : nil
  }
}

/// What is wrong with a struct of the contract that says it ends before the
/// members that its first version has; nil if it does not.
func smallness<Table>(
  _ size: UInt32, of pointer: UnsafePointer<Table>
) -> String? {
  guard size < MemoryLayout<Table>.size else { return nil }
  return "\(Table.self).struct_size is \(size), the struct has"
    + " \(MemoryLayout<Table>.size) bytes"
}
