/// Files that a download has left in place of what was wanted.
package enum MistakenContent: CaseIterable {
  /// A few lines that name a content which Git LFS has not fetched.
  case pointer
  /// The page that a browser would have shown.
  case webPage

  /// How many of a file's first bytes decide.
  package static let startBytes = 256

  /// What a file that begins so is by mistake; nil for any other.
  package init?(start: some Collection<UInt8>) {
    let text = String(
      decoding: start.prefix(Self.startBytes), as: UTF8.self
    ).drop { $0.isWhitespace || $0 == "\u{feff}" }.lowercased()
    if text.hasPrefix("version https://git-lfs.github.com/spec/") {
      self = .pointer
    } else if text.hasPrefix("<!doctype html") || text.hasPrefix("<html") {
      self = .webPage
    } else {
      return nil
    }
  }

  /// - Parameter wanted: what the file should be: "a file of weights".
  package func error(at path: String, wanted: String) -> UserError {
    switch self {
    case .pointer:
      UserError(
        "this is a pointer of Git LFS, not \(wanted)", at: path,
        fix: "run 'git lfs pull' in its repository")
    case .webPage:
      UserError(
        "this is a web page, not \(wanted)", at: path,
        fix: "download the file itself, not the page that shows it")
    }
  }
}
