import Diagnostics
import Foundation
import Hosting
import TaskABI

/// The library and its entry: what is found out before any task is made.
extension TaskCheck {
  static let library: [TaskCheck] = [
    TaskCheck(
      "load", "loads with RTLD_NOW | RTLD_LOCAL", scope: .library, needs: []
    ) { run in
      _ = try LoadedImage(run)
    },
    TaskCheck(
      "exports", "exports the entry point, and nothing that could clash",
      scope: .library, needs: ["load"], checkExports),
    TaskCheck(
      "entry", "the entry is constant data with the contract's mark",
      scope: .library, needs: ["load"]
    ) { run in
      let image = try LoadedImage(run)
      let entry = try image.entry()
      try hold(
        try image.entry() == entry,
        "the entry point gives another entry at the second call")
      if let problem = TaskLibrary.draftProblem(entry) {
        throw Violation(problem)
      }
      try hold(
        entry.pointee.magic == UInt64(SUPERB_ENTRY_MAGIC),
        "the entry's magic is \(entry.pointee.magic), not SUPERB_ENTRY_MAGIC")
      try holdSize(
        entry.pointee.struct_size, superb_task_entry.self, "superb_task_entry")
      try hold(entry.pointee.factory != nil, "the entry's factory is null")
    },
    TaskCheck(
      "version", "speaks this program's version of the contract",
      scope: .library, needs: ["entry"]
    ) { run in
      let entry = try LoadedImage(run).entry().pointee
      let theirs = "\(entry.abi_major).\(entry.abi_minor)"
      let ours = "\(SUPERB_ABI_MAJOR).\(SUPERB_ABI_MINOR)"
      try hold(
        Int(entry.abi_major) == Int(SUPERB_ABI_MAJOR),
        "it speaks ABI \(theirs), this program \(ours)")
      if Int(entry.abi_minor) > Int(SUPERB_ABI_MINOR) {
        run.warn(
          "it was built with headers \(theirs), this program has \(ours):"
            + " it may ask for what is not there")
      }
    },
    TaskCheck(
      "factory", "the factory is constant and ends where it says",
      scope: .library, needs: ["version"], checkFactory),
  ]

  private static func checkExports(_ run: CheckRun) throws {
    guard let names = DynamicSymbols(of: run.subject.library)?.exported else {
      throw Violation("its dynamic symbol table cannot be read")
    }
    try hold(
      names.contains(SUPERB_ENTRY_SYMBOL),
      "it does not export \(SUPERB_ENTRY_SYMBOL)")
    if names.contains("$s7TaskKit12TaskContextCN") {
      run.warn(
        "it contains a copy of TaskKit; link without it, the program has one")
    }
    // Swift's names carry the module's; the linker makes the others.
    let harmless: Set<String> = [
      SUPERB_ENTRY_SYMBOL, KitStamp.symbol, "_init", "_fini", "_edata", "_end",
      "__bss_start",
    ]
    let others = names.filter {
      !harmless.contains($0) && !$0.hasPrefix("$s")
        && !$0.hasPrefix("symbolic ") && !$0.hasPrefix("__swift")
    }
    guard let first = others.first else { return }
    run.warn(
      "it also exports \(others.count) other symbols, such as '\(first)':"
        + " compile with -fvisibility=hidden")
  }

  private static func checkFactory(_ run: CheckRun) throws {
    let image = try LoadedImage(run)
    let entry = try image.entry()
    try image.initialize(run)
    run.doing("factory()")
    guard let pointer = entry.pointee.factory?(entry) else {
      throw Violation("factory() gives null")
    }
    try hold(
      entry.pointee.factory?(entry) == pointer,
      "factory() gives another factory at the second call")
    let factory = pointer.pointee
    try holdSize(
      factory.struct_size, superb_task_factory.self, "superb_task_factory")
    try hold(factory.count > 0, "the factory has no tasks")
    try hold(factory.create != nil, "the factory's create is null")
    guard let descriptor = factory.descriptor else {
      throw Violation("the factory's descriptor is null")
    }
    for index in 0..<factory.count {
      run.doing("descriptor(\(index))")
      let first = descriptor(pointer, index)
      try hold(first != nil, "descriptor(\(index)) is null")
      try hold(
        descriptor(pointer, index) == first,
        "descriptor(\(index)) gives another pointer at the second call")
    }
    for index in [factory.count, factory.count + 1, .max] {
      run.doing("descriptor(\(index))")
      try hold(
        descriptor(pointer, index) == nil,
        "descriptor(\(index)) is not null, and the factory counts"
          + " \(factory.count)")
    }
    guard let extensions = factory.get_extension else { return }
    run.doing("get_extension of the factory")
    try hold(
      extensions(pointer, nil, "superb.no_such_thing/1") == nil,
      "the factory has a table for an extension that does not exist")
    try hold(
      extensions(pointer, "no_such_task", SUPERB_FOLDS_EXTENSION) == nil,
      "the factory has folds of a task that does not exist")
  }
}

/// Holds the size that a struct of the library carries against ours. The
/// contract is at its first minor version, so no struct can be shorter.
func holdSize<Struct>(
  _ size: UInt32, _ type: Struct.Type, _ name: String
) throws {
  let ours = MemoryLayout<Struct>.size
  try hold(
    Int(size) >= ours,
    "\(name).struct_size is \(size), the struct has \(ours) bytes")
  try hold(
    Int(size) <= ours + 4096,
    "\(name).struct_size is \(size), which no"
      + " version of the contract reaches")
}

/// A library in this process, before anything of it is believed.
struct LoadedImage {
  private typealias EntryPoint =
    @convention(c) () -> UnsafePointer<superb_task_entry>?

  private let entryPoint: EntryPoint
  private let path: String

  init(_ run: CheckRun) throws {
    path = run.subject.library
    run.doing("loading")
    try KitStamp.check(path)
    guard let image = dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
      throw Violation(
        dlerror().map { String(cString: $0) } ?? "it does not load")
    }
    guard let symbol = dlsym(image, SUPERB_ENTRY_SYMBOL) else {
      throw Violation("it does not export \(SUPERB_ENTRY_SYMBOL)")
    }
    entryPoint = unsafeBitCast(symbol, to: EntryPoint.self)
    run.doing("the entry point")
  }

  func entry() throws -> UnsafePointer<superb_task_entry> {
    guard let entry = entryPoint() else {
      throw Violation("the entry point gives null")
    }
    return entry
  }

  func initialize(_ run: CheckRun) throws {
    let entry = try entry()
    guard let initialize = entry.pointee.`init` else { return }
    run.doing("init")
    let status = initialize(entry, path)
    try hold(status == SUPERB_OK, "init fails with status \(status)")
  }
}
