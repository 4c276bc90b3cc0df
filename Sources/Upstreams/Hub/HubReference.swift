import Diagnostics

/// A model on a hub: `organisation/name`, perhaps with `@revision`.
package struct HubReference: Sendable, Hashable, CustomStringConvertible {
  package var organisation: String
  package var model: String
  /// A branch, a tag or a commit.
  package var revision = "main"
}

extension HubReference {
  /// - Returns: nil for what cannot be such a name: it would have one slash,
  ///   and letters, digits, `.`, `_` and `-` on both sides of it.
  package init?(_ text: String) {
    let halves = text.split(
      separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    let parts = halves[0].split(
      separator: "/", omittingEmptySubsequences: false
    ).map(String.init)
    guard parts.count == 2, parts.allSatisfy(Self.isName) else { return nil }
    self.init(organisation: parts[0], model: parts[1])
    if halves.count == 2 {
      revision = String(halves[1])
      guard Self.isRevision(revision) else { return nil }
    }
  }

  /// `organisation/name`.
  package var id: String { "\(organisation)/\(model)" }

  package var description: String {
    revision == "main" ? id : "\(id)@\(revision)"
  }

  /// Whether it may be part of a path and of an address.
  static func isName(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 96 && !text.hasPrefix(".")
      && !text.hasPrefix("-") && !text.hasSuffix(".") && !text.contains("..")
      && text.allSatisfy {
        $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0))
      }
  }

  /// Revisions may have slashes, as `refs/pr/1` does.
  static func isRevision(_ text: String) -> Bool {
    text.split(separator: "/", omittingEmptySubsequences: false)
      .allSatisfy { isName(String($0)) }
  }

  /// Whether a revision is a commit, which never changes.
  static func isCommit(_ text: String) -> Bool {
    text.utf8.count == 40
      && text.allSatisfy { $0.isASCII && $0.isHexDigit && !$0.isUppercase }
  }
}
