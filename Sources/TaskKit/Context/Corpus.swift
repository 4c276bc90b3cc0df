import TaskABI

/// Where a corpus lies. Finding out may fail, and is left to whoever needs
/// the data: a trained head can be used where its corpus is not.
public struct Corpus {
  /// As `benchmark.yaml` calls it.
  public let name: String
  private let configKey: String?
  private let configured: String?
  private let host: UnsafePointer<superb_host>

  init(
    _ name: String, setBy configKey: String?, to configured: String?,
    _ host: UnsafePointer<superb_host>
  ) {
    self.name = name
    self.configKey = configKey
    self.configured = configured
    self.host = host
  }

  /// The root folder.
  public func folder() throws -> Folder {
    if let configured, let configKey {
      return try Folder(
        configured, fix: "Correct downstream_expert.\(configKey).")
    }
    return try Folder(
      path(), fix: "Correct the root folder of the corpus '\(name)'.")
  }

  /// What the user has set, a folder or, where a corpus is one, a file; it
  /// may not exist.
  public func path() throws -> String {
    if let configured { return configured }
    var root: UnsafePointer<CChar>?
    let status = host.pointee.corpus?(host, name, &root) ?? SUPERB_UNSUPPORTED
    guard status == SUPERB_OK, let root else {
      throw TaskError(
        TaskError.Status(rawValue: status) ?? .notFound,
        "the root folder of the corpus '\(name)' is not set")
    }
    return String(cString: root)
  }
}
