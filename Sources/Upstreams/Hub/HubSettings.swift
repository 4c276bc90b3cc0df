import Files
import Foundation

/// Where the hub is and where its files are kept, from the variables that the
/// hub's own client goes by, so that both share one cache.
package struct HubSettings: Sendable {
  /// The address in front of `organisation/name`, without a slash at its end.
  package var endpoint: String
  /// The folder with a `models--organisation--name` for each model.
  package var cache: String
  /// Whether the network is left alone.
  package var isOffline = false
  /// Shown to the hub and to no other host, and to it only where
  /// ``isPrivate`` holds.
  package var token: String?
  /// Seconds without a byte after which a transfer counts as cut.
  package var timeout = 30.0
  /// Seconds before a cut transfer is taken up again; doubled each time.
  package var pause = 1.0
  /// How often a transfer is taken up again without having got any further.
  package var attempts = 4

}

extension HubSettings {
  /// From `HF_ENDPOINT`, `HF_HOME`, `HF_HUB_CACHE`, `HF_HUB_OFFLINE`,
  /// `HF_TOKEN` and `HF_TOKEN_PATH`.
  package init(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) {
    func isOn(_ name: String) -> Bool {
      ["1", "on", "yes", "true"].contains(environment.text(name)?.lowercased())
    }
    let user = environment.text("HOME") ?? privateTemporaryFolder()
    func expanded(_ path: String) -> String {
      path == "~" || path.hasPrefix("~/") ? user + path.dropFirst() : path
    }
    let home = expanded(
      environment.text("HF_HOME")
        ?? (environment.text("XDG_CACHE_HOME") ?? "\(user)/.cache")
        + "/huggingface")
    cache = expanded(
      environment.text("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE")
        ?? "\(home)/hub")
    var endpoint = environment.text("HF_ENDPOINT") ?? "https://huggingface.co"
    while endpoint.hasSuffix("/") { endpoint.removeLast() }
    self.endpoint = endpoint
    isOffline = isOn("HF_HUB_OFFLINE") || isOn("TRANSFORMERS_OFFLINE")
    token =
      environment.text("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")
      ?? Self.token(
        at: expanded(environment.text("HF_TOKEN_PATH") ?? "\(home)/token"))
  }

  /// Whether nobody can read along on the way to the hub: it is asked with
  /// encryption, or is this machine. Else the token is kept back.
  var isPrivate: Bool {
    guard let hub = URL(string: endpoint) else { return false }
    if hub.scheme == "https" { return true }
    let host = hub.host ?? ""
    return ["localhost", "::1", "[::1]"].contains(host)
      || host.hasPrefix("127.")
        && host.allSatisfy { $0.isNumber || $0 == "." }
  }

  private static func token(at path: String) -> String? {
    let text = try? String(contentsOfFile: path, encoding: .utf8)
    let token = text?.trimmingCharacters(in: .whitespacesAndNewlines)
    return token?.isEmpty == false ? token : nil
  }
}
