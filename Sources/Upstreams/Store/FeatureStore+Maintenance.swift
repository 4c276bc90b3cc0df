import Diagnostics
import Files
import Foundation

/// What pruning took away.
package struct PruneReport: Sendable, Codable, Equatable {
  package var removedBlocks = 0
  package var freedBytes = 0
  /// Packs that were left alone, since a process is writing to them.
  package var packsInUse = 0
}

extension FeatureStore {
  /// What there is, by name. Looks at the indexes, not at the blocks.
  package func list() throws -> [StoredUpstream] {
    try shelfFolders().map { folder, upstream in
      try summary(of: upstream, packs: PackFiles.all(inFolder: folder))
    }
    .filter { $0.blocks > 0 || $0.damaged > 0 }
  }

  /// Reads every block, compares it with its checksum, and drops what is
  /// damaged.
  ///
  /// - Returns: what is left, with the number of blocks and index entries
  ///   that were damaged.
  package func verify() throws -> [StoredUpstream] {
    try closeWriters()
    let result = try shelfFolders().map { folder, upstream in
      try maintain(folder) {
        var damaged = 0
        for pack in try PackFiles.all(inFolder: folder) {
          let intact = try pack.intactEntries()
          let bad =
            pack.entries.count - intact.count + pack.damagedEntries
          if bad == 0 { continue }
          damaged += bad
          report(
            "\(pack.blocksPath): \(bad) damaged; they will be computed again")
          try pack.replace(keeping: intact)
        }
        var left = try summary(
          of: upstream, packs: PackFiles.all(inFolder: folder))
        left.damaged = damaged
        return left
      }
    }
    for shelf in openShelves { try shelf.refresh() }
    return result
  }

  /// Takes away what is not wanted any more. Blocks that somebody reads at
  /// the moment stay readable to them; packs that somebody writes to stay.
  ///
  /// Without any limit, only waste goes: damaged entries and doubles; with
  /// nothing but `upstream`, all of that upstream's features go.
  ///
  /// - Parameters:
  ///   - upstream: its name, its digest, or at least 8 digits the digest
  ///     begins with; nil for all.
  ///   - date: packs that were last used before it go.
  ///   - maximumBytes: the packs that were not used for longest go, until
  ///     the rest takes no more than this.
  /// - Throws: `UserError` if there is no such upstream, or another process
  ///   is pruning.
  package func prune(
    upstream: String? = nil, olderThan date: Date? = nil,
    maximumBytes: Int? = nil
  ) throws -> PruneReport {
    try closeWriters()
    let folders = try shelfFolders().filter { _, description in
      upstream.map { description.isCalled($0) } ?? true
    }
    if let upstream, folders.isEmpty {
      throw UserError(
        "nothing is stored of the upstream '\(upstream)'", at: root,
        fix: Suggestion.fix(
          for: upstream, among: try shelfFolders().map(\.1.name)))
    }
    let takesAll = upstream != nil && date == nil && maximumBytes == nil
    var pruning = PruneReport()
    for (folder, _) in folders {
      try maintain(folder) {
        try removeOrphans(folder)
        let packs = try PackFiles.all(inFolder: folder)
        var wanted = Doubles(packs)
        for pack in packs {
          let isOld = date.map { pack.lastUsed < $0 } ?? false
          let kept = takesAll || isOld ? [] : try wanted.kept(of: pack)
          if kept.count == pack.entries.count, !kept.isEmpty,
            pack.damagedEntries == 0
          {
            continue
          }
          try drop(from: pack, keeping: kept, &pruning)
        }
      }
    }
    if let maximumBytes {
      try shrink(folders.map(\.0), to: maximumBytes, &pruning)
    }
    for shelf in openShelves { try shelf.refresh() }
    return pruning
  }

  private func shrink(
    _ folders: [String], to maximum: Int, _ pruning: inout PruneReport
  ) throws {
    let packs = try folders.flatMap { try PackFiles.all(inFolder: $0) }
      .sorted { ($0.lastUsed, $0.name) < ($1.lastUsed, $1.name) }
    var total = packs.reduce(0) { $0 + $1.bytes }
    for pack in packs where total > maximum {
      let before = pruning.freedBytes
      try maintain(pack.folder) {
        try drop(from: pack, keeping: [], &pruning)
      }
      total -= pruning.freedBytes - before
    }
  }

  /// What a rewriting that was broken off has left: blocks whose index never
  /// came, and files that were never renamed.
  private func removeOrphans(_ folder: String) throws {
    let all = Set(try names(inFolder: folder))
    for name in all {
      let path = "\(folder)/\(name)"
      if name.hasSuffix(".blocks") {
        if !all.contains(name.dropLast(7) + ".index") { unlink(path) }
      } else if name.hasSuffix(".partial") {
        let written = fileStatus(path)?.st_mtim.tv_sec
        if let written, time(nil) - written > 3600 { unlink(path) }
      }
    }
  }

  private func closeWriters() throws {
    for shelf in openShelves { try shelf.closeWriter() }
  }

  private func shelfFolders() throws -> [(String, UpstreamDescription)] {
    try names(inFolder: root).compactMap { name in
      let folder = "\(root)/\(name)"
      return StoredUpstream.load(folder: folder).map { (folder, $0) }
    }
    .sorted { ($0.1.name, $0.0) < ($1.1.name, $1.0) }
  }

  private func summary(
    of upstream: UpstreamDescription, packs: [PackFiles]
  ) -> StoredUpstream {
    let entries = packs.flatMap(\.entries)
    let precisions = Set(entries.map(\.precision))
    return StoredUpstream(
      name: upstream.name, digest: upstream.digest, blocks: entries.count,
      bytes: packs.reduce(0) { $0 + $1.bytes },
      audioSeconds: entries.reduce(0) { $0 + Double($1.samples) } / 16_000,
      precisions: [.float32, .float16].filter(precisions.contains),
      damaged: packs.reduce(0) { $0 + $1.damagedEntries },
      lastUsed: packs.map(\.lastUsed).max() ?? .distantPast)
  }

  /// Calls `body` while no other process maintains the shelf.
  private func maintain<R>(
    _ folder: String, _ body: () throws -> R
  ) throws -> R {
    let file = try RawFile("\(folder)/\(Claims.fileName)", O_RDWR | O_CREAT)
    guard try file.tryLock(byte: Claims.maintenanceByte) != false else {
      throw UserError(
        "another process is pruning or verifying the store", at: folder,
        fix: "try again when it has ended")
    }
    return try withExtendedLifetime(file) { try body() }
  }

  private func drop(
    from pack: PackFiles, keeping kept: [BlockEntry],
    _ report: inout PruneReport
  ) throws {
    guard let kept = try pack.replace(keeping: kept) else {
      report.packsInUse += 1
      return
    }
    report.removedBlocks += pack.entries.count - kept.count
    let left = kept.reduce(0) {
      ($0 + 63) / 64 * 64 + $1.length + BlockEntry.byteCount
    }
    report.freedBytes += max(0, pack.bytes - left)
  }
}

/// The choice among blocks of one key: the first that is whole.
private struct Doubles {
  private var counts: [FeatureKey: Int] = [:]
  private var taken: Set<FeatureKey> = []

  init(_ packs: [PackFiles]) {
    for pack in packs {
      for entry in pack.entries { counts[entry.key, default: 0] += 1 }
    }
  }

  /// The pack's blocks that are to stay. Only a pack with doubles is read.
  mutating func kept(of pack: PackFiles) throws -> [BlockEntry] {
    let isSingle = pack.entries.allSatisfy { counts[$0.key] == 1 }
    if isSingle { return pack.entries }
    return try pack.intactEntries().filter { taken.insert($0.key).inserted }
  }
}

extension UpstreamDescription {
  /// Whether the user may have meant this one.
  fileprivate func isCalled(_ name: String) -> Bool {
    name == self.name || (name.count >= 8 && digest.hasPrefix(name))
  }
}
