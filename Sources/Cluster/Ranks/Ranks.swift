import Diagnostics
import Files
import Foundation

/// Processes that `mpirun` or `srun` has started as one, by way of a small
/// library that is compiled where it runs.
///
/// To be used from one thread at a time.
package final class Ranks: @unchecked Sendable {
  package let rank: Int
  package let size: Int
  /// Those on this host.
  package let here: Int
  /// This rank's place among those that train an experiment together; nil if
  /// it has none to train.
  private(set) var team: (rank: Int, size: Int)?
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

  /// Puts ranks together, `size` that follow one another, as many times as
  /// there are that many. All ranks call it.
  func makeTeams(of size: Int) throws {
    let number = rank / size
    team = number < self.size / size ? (rank % size, size) : nil
    guard library.team(team == nil ? -1 : Int32(number)) == 0 else {
      throw UserError("MPI makes no teams of \(size) ranks", at: "--ranks")
    }
  }

  /// What the first rank has, of all or of the team; others give anything.
  package func broadcast(
    _ bytes: Data, withinTeam: Bool = false
  ) throws -> Data {
    func broadcast(_ bytes: UnsafeMutableRawBufferPointer) throws {
      try self.broadcast(bytes, withinTeam: withinTeam)
    }
    var count = UInt64(bytes.count)
    try withUnsafeMutableBytes(of: &count) { try broadcast($0) }
    let isFirst = (withinTeam ? team?.rank : rank) == 0
    var all = isFirst ? bytes : Data(count: Int(count))
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

  private func broadcast(
    _ bytes: UnsafeMutableRawBufferPointer, withinTeam: Bool
  ) throws {
    guard
      library.broadcast(
        bytes.baseAddress, Int32(bytes.count), withinTeam ? 1 : 0) == 0
    else { throw UserError("the ranks cannot be told", at: "--ranks") }
  }

  /// Waits until all ranks, or those of the team, have come so far.
  ///
  /// - Parameter seconds: how long; for ever if nil.
  /// - Returns: whether they have.
  @discardableResult
  package func wait(
    forTeam: Bool = false, seconds: Double? = nil
  ) throws -> Bool {
    let began = ContinuousClock.now
    var state: Int32 = library.arrive(forTeam ? 1 : 0) == 0 ? 0 : -1
    while state == 0 {
      state = library.arrived()
      if state == 0 { usleep(20_000) }
      if let seconds, (ContinuousClock.now - began) / .seconds(1) > seconds {
        return false
      }
    }
    if state < 0 {
      throw UserError("the ranks have lost each other", at: "--ranks")
    }
    return true
  }

  /// Brings the team's parts of `bytes` to each of it; see `ranks.c`.
  ///
  /// - Parameter isPointless: asked often; whether to give up.
  /// - Returns: whether they have come.
  func gather(
    _ bytes: UnsafeMutableRawPointer, cuts: [UInt64],
    isPointless: () -> Bool
  ) -> Bool {
    guard library.gather(bytes, cuts, Int32(cuts.count - 1)) == 0 else {
      return false
    }
    var turns = 0
    while true {
      let state = library.gathered()
      if state != 0 { return state > 0 }
      if isPointless() { return false }
      // The others may need this core.
      turns += 1
      if turns > 200 { sched_yield() }
      if turns > 20_000 { usleep(100) }
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
  let team: @convention(c) (Int32) -> Int32
  let broadcast:
    @convention(c) (UnsafeMutableRawPointer?, Int32, Int32) -> Int32
  let gather:
    @convention(c) (UnsafeMutableRawPointer, UnsafePointer<UInt64>, Int32)
      -> Int32
  let gathered: @convention(c) () -> Int32
  let arrive: @convention(c) (Int32) -> Int32
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
    team = try function("team")
    broadcast = try function("broadcast")
    gather = try function("gather")
    gathered = try function("gathered")
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
