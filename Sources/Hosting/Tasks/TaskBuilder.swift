import Diagnostics
import Files
import Foundation
import Upstreams

/// Makes a task library from a task folder, if it is missing or stale.
///
/// A library's name carries the digest of all that it is made of: sources,
/// compiler, kit and headers. So a stale library is one that is not there, or
/// that carries another kit's stamp, and two programs of different versions
/// share one folder in peace.
package struct TaskBuilder: Sendable {
  package let installation: Installation
  package let cache: CacheFolder
  /// Told when a build starts, since it takes a second or two.
  package let announce: @Sendable (String) -> Void
  /// Whose libraries are taken from a cache that others may write to.
  package let trusted: TrustedWriters

  package init(
    installation: Installation, cache: CacheFolder,
    trusted: TrustedWriters = TrustedWriters(),
    announce: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.installation = installation
    self.cache = cache
    self.trusted = trusted
    self.announce = announce
  }

  /// The library of `folder`, built now if need be.
  ///
  /// - Throws: ``UserError`` with the compiler's first error, if the folder
  ///   does not compile.
  package func library(for folder: TaskFolder) throws -> String {
    if let path = try shippedLibrary(of: folder) { return path }
    let path = try libraryPath(for: folder)
    if isCurrent(path) { return path }
    try makeFolder(cache.tasks)
    // Two processes that want the same library build it once. The file stays:
    // who waits for it must not hold another than who comes next.
    let lock = try FileLock(path: "\(cache.tasks)/\(folder.name).lock")
    defer { lock.unlock() }
    if isCurrent(path) { return path }
    announce("building task \(folder.name)")
    let unfinished = path + ".\(getpid()).tmp"
    defer { unlink(unfinished) }
    let output = try Subprocess.run(try command(folder, output: unfinished))
    guard output.status == 0 else {
      throw UserError(
        "the task does not build: \(Self.firstError(in: output.text))",
        at: folder.path, fix: "superb task build \(folder.path)")
    }
    try AtomicFile.put(unfinished, at: path)
    return path
  }

  /// Whether a library is there that is whole, of this program's kit, and
  /// built by somebody who may.
  private func isCurrent(_ path: String) -> Bool {
    DynamicSymbols(of: path) != nil && (try? KitStamp.check(path)) != nil
      && trusted.objection(to: path) == nil
  }

  /// The library that was installed along with a task's sources, as long as
  /// they are what it was built from.
  private func shippedLibrary(of folder: TaskFolder) throws -> String? {
    guard let built = installation.builtTasks,
      installation.pluginFolders.contains(
        (folder.path as NSString).deletingLastPathComponent)
    else { return nil }
    let path = "\(built)/\(folder.name).so"
    let digest = try? String(
      contentsOfFile: path + Self.digestSuffix, encoding: .utf8)
    return try digest == folder.sourceDigest() && isCurrent(path) ? path : nil
  }

  /// Copies the library of `folder`, built now if need be, to `place`, with
  /// the digest of its sources: for an installation.
  ///
  /// - Returns: the copy's path.
  package func install(_ folder: TaskFolder, in place: String) throws -> String
  {
    let path = "\(place)/\(folder.name).so"
    guard
      let library = FileManager.default.contents(
        atPath: try library(for: folder))
    else { throw UserError("the task's library has gone", at: folder.path) }
    try makeFolder(place)
    try AtomicFile.write(library, to: path)
    try AtomicFile.write(
      Data(try folder.sourceDigest().utf8), to: path + Self.digestSuffix)
    return path
  }

  private static let digestSuffix = ".sources"

  /// The compiler's whole output for `folder`, built anew.
  package func diagnostics(for folder: TaskFolder) throws -> (Bool, String) {
    let scratch = try ScratchFolder("superb-build")
    let output = try Subprocess.run(
      try command(folder, output: scratch.path + "/task.so"))
    return (output.status == 0, output.text)
  }

  func libraryPath(for folder: TaskFolder) throws -> String {
    let hash = DigestHasher()
    // A change of a header that tasks include is a change of all tasks.
    hash.combine(
      try folder.sourceDigest(),
      Self.fingerprint(of: try compiler(folder.language)),
      try TaskFolder.digest(
        of: TaskFolder.headers(in: installation.headers + "/superb")))
    if folder.language == .swift {
      let kit = installation.modules + "/TaskKit.swiftmodule"
      hash.combine(Self.fingerprint(of: kit))
    }
    let key = hash.finish().hexadecimal.prefix(16)
    return "\(cache.tasks)/\(folder.name)-\(key).so"
  }

  private func command(
    _ folder: TaskFolder, output: String
  ) throws -> [String] {
    let compiler = try compiler(folder.language)
    switch folder.language {
    case .swift:
      return [
        compiler, "-O", "-parse-as-library", "-emit-library", "-swift-version",
        "6", "-module-name", "superb_task_\(Self.identifier(folder.name))",
        "-I", installation.modules, "-Xcc", "-I", "-Xcc",
        installation.headers, "-o", output,
      ] + folder.sources
    case .c:
      return [
        compiler, "-std=c11", "-O2", "-shared", "-fPIC",
        "-fvisibility=hidden", "-I", installation.headers, "-I", folder.path,
        "-o", output,
      ] + folder.sources + ["-lm"]
    }
  }

  private func compiler(_ language: TaskFolder.Language) throws -> String {
    switch language {
    case .swift:
      return try Subprocess.find(
        ["SUPERB_SWIFTC"], ["swiftc"], for: "tasks written in Swift")
    case .c:
      return try Subprocess.find(
        ["CC"], ["cc", "gcc", "clang"], for: "tasks written in C")
    }
  }

  /// Path, size and time of change: enough to notice another compiler or kit
  /// without running or reading it.
  static func fingerprint(of path: String) -> String {
    guard let status = fileStatus(path) else { return path }
    return """
      \(path) \(status.st_size) \(status.st_mtim.tv_sec) \
      \(status.st_mtim.tv_nsec)
      """
  }

  private static func identifier(_ name: String) -> String {
    String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
  }

  private static func firstError(in text: String) -> String {
    let lines = text.split(separator: "\n")
    let line = lines.first { $0.contains("error:") } ?? lines.last ?? ""
    return line.isEmpty
      ? "the compiler gave no reason"
      : line.trimmingCharacters(in: .whitespaces)
  }
}
