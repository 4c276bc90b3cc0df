import Diagnostics
import Files
import Foundation
import Synchronization

/// All stored features of one upstream: `<root>/<upstream digest>/`.
///
/// Any number of threads and processes may read and append at the same time.
/// What others have appended becomes visible with ``refresh()``.
final class FeatureShelf: Sendable {
  let folder: String
  /// A pack is closed and a new one begun beyond this size, so that pruning
  /// has something to choose from.
  private let packSize: Int
  /// The store's, if it has a limit.
  private let room: StoreRoom?
  private let report: @Sendable (String) -> Void
  private let state: Mutex<State>

  private struct State: ~Copyable {
    var packs: [String: BlockPack] = [:]
    /// The blocks of a key, the best last. There is more than one only after
    /// damage, or where a file system has no locks.
    var blocks: [FeatureKey: [Block]] = [:]
    var writer: BlockWriter?
    var damaged = 0
    /// The claims' counters up to which `blocks` is known to be complete.
    var generations: [UInt64] = []
    /// Packs that this process has a share in, so that they stay.
    var held: Set<String> = []
    /// The file of the shares' locks, once it was needed.
    var shares: RawFile?
  }

  private struct Block {
    var entry: BlockEntry
    var pack: String
    var isVerified: Bool
  }

  init(
    folder: String, packSize: Int, room: StoreRoom? = nil,
    report: @escaping @Sendable (String) -> Void
  ) throws {
    self.folder = folder
    self.packSize = packSize
    self.room = room
    self.report = report
    state = Mutex(State())
    let generations = Claims.generations(folder: folder)
    try refresh()
    state.withLock { $0.generations = generations }
  }

  /// Blocks that were found damaged since the shelf was opened.
  var damaged: Int { state.withLock { $0.damaged } }

  /// Takes in what other writers have appended or pruned.
  func refresh() throws {
    try state.withLock { state in try FeatureShelf.refresh(&state, folder) }
  }

  func contains(_ key: FeatureKey) -> Bool {
    state.withLock { $0.blocks[key] != nil }
  }

  /// Whether there is such a block, which then stays for as long as this
  /// process lives, whatever else needs its room.
  func hold(_ key: FeatureKey) throws -> Bool {
    try state.withLock { state in
      while let pack = state.blocks[key]?.last?.pack {
        if state.held.contains(pack) { return true }
        try FeatureShelf.share(pack, &state, folder)
        // It may have gone before it was held.
        if access("\(folder)/\(pack).index", F_OK) == 0 {
          state.held.insert(pack)
          return true
        }
        try FeatureShelf.refresh(&state, folder)
      }
      return false
    }
  }

  /// Where there are no locks, or no right to them, nothing makes way.
  private static func share(
    _ pack: String, _ state: inout State, _ folder: String
  ) throws {
    let path = "\(folder)/\(Claims.fileName)"
    let file =
      state.shares
      ?? (try? RawFile(path, O_RDWR | O_CREAT))
      ?? (try? RawFile(path, O_RDONLY))
    state.shares = file
    // Whoever has it alone is about to remove the pack.
    while try file?.tryShare(byte: Claims.readersByte(ofPack: pack)) == false {
      usleep(1000)
    }
  }

  /// The block, or nil if there is none that is whole. The first use of a
  /// block in a process checks its checksum; a damaged one is dropped and
  /// reported, and missing from then on.
  func states(for key: FeatureKey) throws -> StoredStates? {
    while true {
      guard let (block, states) = try find(key) else { return nil }
      if block.isVerified { return states }
      if let states, states.matches(block.entry.checksum) {
        state.withLock { state in
          if let last = state.blocks[key]?.indices.last,
            state.blocks[key]?[last].entry == block.entry
          {
            state.blocks[key]?[last].isVerified = true
          }
        }
        return states
      }
      drop(block)
    }
  }

  /// Stores one utterance's features, if the store has room for them.
  ///
  /// - Parameter seconds: what it took to compute them.
  /// - Returns: whether it had.
  /// - Throws: `UserError` if the disk refuses, or if a value does not fit
  ///   the precision.
  @discardableResult
  func append(
    _ states: HiddenStates, samples: Int, precision: FeaturePrecision,
    seconds: Double = 0, for key: FeatureKey
  ) throws -> Bool {
    try states.withEncoded(as: precision) { payload in
      var entry = BlockEntry(
        key: key, precision: precision, offset: 0, layers: states.layers,
        frames: states.frames, dimension: states.dimension, samples: samples,
        checksum: CRC32C.of(payload), written: 0)
      entry.worth = Float(
        seconds * Double(room?.limit.sharing ?? 1)
          / Double(max(1, payload.count)))
      func write() throws {
        let writer = try openWriter()
        let written = try writer.append(entry, payload: payload)
        state.withLock {
          $0.blocks[key, default: []].append(
            Block(entry: written, pack: writer.name, isVerified: false))
        }
      }
      guard let room else {
        try write()
        return true
      }
      return try room.take(payload.count, worth: entry.worth, write)
    }
  }

  /// Ends this process's pack, so that it can be pruned.
  func closeWriter() throws {
    let writer = state.withLock { state in
      defer { state.writer = nil }
      return state.writer
    }
    try writer?.synchronize()
  }

  /// Makes ``contains(_:)`` complete for the keys of one stripe, whose claim
  /// the caller holds.
  ///
  /// - Parameter generation: the claim's, or nil where there are no locks.
  func catchUp(stripe: Int, generation: UInt64?) throws {
    let isComplete = state.withLock { state in
      generation != nil && state.generations[stripe] == generation
    }
    if isComplete { return }
    try refresh()
    if let generation {
      state.withLock { $0.generations[stripe] = generation }
    }
  }

  /// Notes that the stripe's claim has been raised by this process.
  func didRaise(stripe: Int, to generation: UInt64) {
    state.withLock { $0.generations[stripe] = generation }
  }

  private func openWriter() throws -> BlockWriter {
    try state.withLock { state in
      if let writer = state.writer, writer.size < packSize { return writer }
      let writer = try BlockWriter(folder: folder)
      // What this process writes it knows already, and keeps.
      state.packs[writer.name] = BlockPack(
        folder: folder, name: writer.name)
      try FeatureShelf.share(writer.name, &state, folder)
      state.held.insert(writer.name)
      state.writer = writer
      return writer
    }
  }

  /// The best block of a key, mapped. The states are nil if its bytes are
  /// not there.
  private func find(_ key: FeatureKey) throws -> (Block, StoredStates?)? {
    try state.withLock { state in
      for isLastTry in [false, true] {
        guard let block = state.blocks[key]?.last else { return nil }
        if let mapping = try state.packs[block.pack]?.mapping(
          for: block.entry)
        {
          return (block, StoredStates(block.entry, in: mapping))
        }
        if isLastTry { return (block, nil) }
        // Pruned by another process, most likely.
        try FeatureShelf.refresh(&state, folder)
      }
      return nil
    }
  }

  private func drop(_ block: Block) {
    let isFirst = state.withLock { state in
      let key = block.entry.key
      guard var left = state.blocks[key],
        let place = left.firstIndex(where: {
          $0.entry == block.entry && $0.pack == block.pack
        })
      else { return false }
      left.remove(at: place)
      state.blocks[key] = left.isEmpty ? nil : left
      state.damaged += 1
      return true
    }
    guard isFirst else { return }
    report(
      "\(folder)/\(block.pack).blocks: the stored features at byte "
        + "\(block.entry.offset) are damaged and will be computed again")
  }

  private static func refresh(
    _ state: inout State, _ folder: String
  ) throws {
    var gone = Set(state.packs.keys)
    for file in try names(inFolder: folder) where file.hasSuffix(".index") {
      let name = String(file.dropLast(6))
      gone.remove(name)
      if name == state.writer?.name { continue }
      let pack =
        state.packs[name] ?? BlockPack(folder: folder, name: name)
      state.packs[name] = pack
      let isThere = try pack.index.readNew { bytes in
        guard let entry = BlockEntry(bytes: bytes) else { return false }
        insert(
          Block(entry: entry, pack: name, isVerified: false), &state.blocks)
        return true
      }
      if !isThere { gone.insert(name) }
    }
    guard !gone.isEmpty else { return }
    for name in gone { state.packs[name] = nil }
    state.blocks = state.blocks.compactMapValues { blocks in
      let left = blocks.filter { !gone.contains($0.pack) }
      return left.isEmpty ? nil : left
    }
  }

  private static func insert(
    _ block: Block, _ blocks: inout [FeatureKey: [Block]]
  ) {
    let key = block.entry.key
    guard var others = blocks[key] else {
      blocks[key] = [block]
      return
    }
    let isKnown = others.contains {
      $0.entry == block.entry && $0.pack == block.pack
    }
    if isKnown { return }
    let place =
      others.firstIndex { $0.entry.written > block.entry.written }
      ?? others.endIndex
    others.insert(block, at: place)
    blocks[key] = others
  }
}
