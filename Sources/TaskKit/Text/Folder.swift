import Foundation

/// A folder of a corpus. Listings are in the order of their names' UTF-8
/// bytes, so that they do not depend on the disk.
public struct Folder: Sendable {
  /// As it was given.
  public let path: String

  /// `fix` tells the user what to do if there is no such folder.
  public init(_ path: String, fix: String) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
      isFolder.boolValue
    else {
      throw TaskError.notFound("\(path): no such folder. \(fix)")
    }
    self.path = path
  }

  private init(known path: String) {
    self.path = path
  }

  /// Everything in it, without the names that begin with a dot.
  public func names() throws -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: path)
        .filter { !$0.hasPrefix(".") }
        .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    } catch {
      throw TaskError(
        .io, "\(path): cannot be listed: \(error.localizedDescription)")
    }
  }

  /// Names of files that end in `suffix`, such as ".wav".
  public func files(endingIn suffix: String) throws -> [String] {
    try names().filter { $0.hasSuffix(suffix) }
  }

  /// The folders in it.
  public func folders() throws -> [Folder] {
    try names().compactMap { name in
      var isFolder: ObjCBool = false
      let inner = self[name]
      guard
        FileManager.default.fileExists(atPath: inner, isDirectory: &isFolder),
        isFolder.boolValue
      else { return nil }
      return Folder(known: inner)
    }
  }

  /// The last component of the path.
  public var name: String {
    URL(fileURLWithPath: path).lastPathComponent
  }

  /// A file's name without its folders and its extension: "a" of "b/a.wav".
  public static func stem(of path: some StringProtocol) -> String {
    let name = path.split(separator: "/").last ?? ""
    return String(name.lastIndex(of: ".").map { name[..<$0] } ?? name)
  }

  /// The path of something in it.
  public subscript(name: String) -> String {
    path.hasSuffix("/") ? path + name : path + "/" + name
  }
}
