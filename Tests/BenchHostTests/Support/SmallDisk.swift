import Foundation

/// A file system of a chosen size over a folder, in memory. Making one takes
/// the right to mount.
final class SmallDisk {
  private let path: String

  /// Whether this process may make one.
  static let isPossible: Bool = {
    guard let folder = try? temporaryFolder("disk") else { return false }
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return (try? SmallDisk(over: folder, bytes: 1 << 16)) != nil
  }()

  init(over folder: String, bytes: Int) throws {
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true)
    path = folder
    try System.run(
      "mount", "-t", "tmpfs", "-o", "size=\(bytes)", "tmpfs", folder)
  }

  /// Gives it another size; what it holds stays.
  func resize(to bytes: Int) throws {
    try System.run("mount", "-o", "remount,size=\(bytes)", path)
  }

  deinit {
    try? System.run("umount", "-l", path)
  }
}

/// A folder in which nothing may be made or renamed, not even by root.
final class WithheldFolder {
  private let path: String

  /// Whether this process can take a permission away from itself.
  static let isPossible: Bool = {
    guard let folder = try? temporaryFolder("withheld") else { return false }
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return (try? WithheldFolder(folder)) != nil
  }()

  init(_ folder: String) throws {
    path = folder
    chmod(folder, 0o555)
    // Root heeds an attribute of the file system, but no permission.
    if geteuid() == 0 { try System.run("chattr", "+i", folder) }
    let probe = folder + "/probe"
    if FileManager.default.createFile(atPath: probe, contents: nil) {
      unlink(probe)
      throw CocoaError(.featureUnsupported)
    }
  }

  deinit {
    if geteuid() == 0 { try? System.run("chattr", "-i", path) }
    chmod(path, 0o755)
  }
}

/// Programs of the system.
private enum System {
  static func run(_ words: String...) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = words
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw CocoaError(.featureUnsupported)
    }
  }
}
