import Diagnostics
import Files
import Foundation

/// Processes that `mpirun` or `srun` has started as one, by way of a small
/// library that is compiled where it runs.
///
/// To be used from one thread.
package final class Ranks {
  package let rank: Int
  package let size: Int
  /// Those on this host.
  package let here: Int
  private let library: RanksLibrary
  private var isOver = false

  /// - Parameter folder: where the library is kept once it is compiled.
  /// - Throws: `UserError` if there is no MPI, or if it cannot begin.
  package init(cache folder: String) throws {
    library = try RanksLibrary(
      path: RanksLibrary.built(in: folder))
    var (rank, size, here): (Int32, Int32, Int32) = (0, 0, 0)
    guard library.begin(&rank, &size, &here) == 0 else {
      throw UserError("MPI cannot begin", at: "--ranks")
    }
    (self.rank, self.size, self.here) = (Int(rank), Int(size), Int(here))
  }

  /// What rank 0 has; others give anything.
  package func broadcast(_ bytes: Data) throws -> Data {
    var count = UInt64(bytes.count)
    try withUnsafeMutableBytes(of: &count) { try broadcast($0) }
    var all = rank == 0 ? bytes : Data(count: Int(count))
    // MPI counts in 32 bits.
    let most = 1 << 30
    try all.withUnsafeMutableBytes { buffer in
      for start in stride(from: 0, to: buffer.count, by: most) {
        try broadcast(
          UnsafeMutableRawBufferPointer(
            rebasing: buffer[start..<min(buffer.count, start + most)]))
      }
    }
    return all
  }

  private func broadcast(_ bytes: UnsafeMutableRawBufferPointer) throws {
    guard library.broadcast(bytes.baseAddress, Int32(bytes.count)) == 0 else {
      throw UserError("the ranks cannot be told", at: "--ranks")
    }
  }

  /// Waits until all ranks have come so far.
  package func wait() throws {
    var state: Int32 = library.arrive() == 0 ? 0 : -1
    while state == 0 {
      state = library.arrived()
      if state == 0 { usleep(20_000) }
    }
    if state < 0 {
      throw UserError("the ranks have lost each other", at: "--ranks")
    }
  }

  /// The orderly end of this rank; others may go on.
  package func end() {
    if !isOver { library.end() }
    isOver = true
  }

  /// Ends all ranks at once; their workers write their checkpoints first.
  package func abort(_ code: Int32) { library.abort(code) }
}

/// The functions of `ranks.c`.
struct RanksLibrary {
  typealias Int32Pointer = UnsafeMutablePointer<Int32>
  let begin: @convention(c) (Int32Pointer, Int32Pointer, Int32Pointer) -> Int32
  let broadcast: @convention(c) (UnsafeMutableRawPointer?, Int32) -> Int32
  let arrive: @convention(c) () -> Int32
  let arrived: @convention(c) () -> Int32
  let end: @convention(c) () -> Void
  let abort: @convention(c) (Int32) -> Void

  init(path: String) throws {
    // MPI's own plugins look for its symbols in the whole process.
    guard let handle = dlopen(path, RTLD_NOW | RTLD_GLOBAL) else {
      throw UserError(
        "MPI cannot be loaded: "
          + (dlerror().map { String(cString: $0) } ?? ""),
        at: path, fix: "remove the file, and it is compiled anew")
    }
    func function<F>(_ name: String) throws -> F {
      guard let symbol = dlsym(handle, "superb_ranks_" + name) else {
        throw InternalError("\(path) lacks \(name)")
      }
      return unsafeBitCast(symbol, to: F.self)
    }
    begin = try function("begin")
    broadcast = try function("broadcast")
    arrive = try function("arrive")
    arrived = try function("arrived")
    end = try function("end")
    abort = try function("abort")
  }

  private static var source: Data { Data(PackageResources.ranks_c_txt) }

  /// The compiled library's path, by what it is made of and by whom: `MPICC`,
  /// or mpicc.
  ///
  /// - Throws: `UserError` with the compiler's first words.
  static func built(in folder: String) throws -> String {
    let environment = ProcessInfo.processInfo.environment
    let name = environment.text("MPICC") ?? "mpicc"
    guard let compiler = Subprocess.path(of: name, environment) else {
      throw UserError(
        "there is no \(name) here, and --ranks needs MPI", at: "--ranks",
        fix: "load its module, or install openmpi-bin and libopenmpi-dev")
    }
    let shown = try Subprocess.run([compiler, "-show"])
    let digest = ContentDigest(
      of: "superb ranks", String(decoding: source, as: UTF8.self),
      compiler + shown.text)
    let path =
      folder + "/mpi-\(digest.hexadecimal.prefix(16)).so"
    if access(path, R_OK) == 0 { return path }
    try makeFolder(folder)
    let unfinished = folder + "/.mpi-" + uniqueName()
    try AtomicFile.write(source, to: unfinished + ".c", flushed: false)
    defer {
      unlink(unfinished + ".c")
      unlink(unfinished)
    }
    let output = try Subprocess.run([
      compiler, "-shared", "-fPIC", "-O2", "-o", unfinished,
      unfinished + ".c",
    ])
    guard output.status == 0 else {
      throw UserError(
        "\(name) does not compile: \(output.text.oneLine)", at: "--ranks")
    }
    // All ranks may have made the same.
    try AtomicFile.put(unfinished, at: path)
    return path
  }
}
