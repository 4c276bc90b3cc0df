import Diagnostics
import Foundation

/// Asks the hub for what it knows of a file, and for the file.
struct HubClient: Sendable {
  let settings: HubSettings
  let reference: HubReference

  /// What the hub says of a file.
  struct Metadata: Sendable {
    /// The commit that the revision is at.
    var commit: String
    /// Names the content.
    var tag: String
    var size: Int?
  }

  /// What is wrong with a file in words of the hub.
  private static let absent = "EntryNotFound"

  /// - Returns: nil if the repository has no such file.
  /// - Throws: `UserError` if the hub cannot be reached or refuses.
  func metadata(of file: String, at revision: String) throws -> Metadata? {
    var address = try self.address(file, revision)
    for _ in 0..<5 {
      let place = address
      let head = try reaching {
        try WebExchange.perform(
          "HEAD", place, fields: fields(for: place),
          timeout: settings.timeout)
      }
      // A renamed repository answers with its new place on the same host;
      // a large file with a place elsewhere, and with all we want to know.
      if (300..<400).contains(head.status),
        head.fields["x-linked-etag"] == nil,
        let next = target(of: head, from: address)
      {
        guard isHub(next) else {
          throw refusal(of: file, "it is sent to another host, \(next)")
        }
        address = next
        continue
      }
      if head.status == 404,
        [nil, Self.absent].contains(head.fields["x-error-code"])
      {
        return nil
      }
      guard (200..<400).contains(head.status) else {
        throw error(head, file)
      }
      let tag = head.fields["x-linked-etag"] ?? head.fields["etag"]
      guard let commit = head.fields["x-repo-commit"],
        HubReference.isCommit(commit), let tag = tag.flatMap(Self.tag)
      else {
        throw refusal(
          of: file, "its answer lacks a commit or a tag (X-Repo-Commit, ETag)")
      }
      let size =
        head.fields["x-linked-size"].flatMap { Int($0) }
        ?? (head.status == 200 ? head.length : nil)
      return Metadata(commit: commit, tag: tag, size: size)
    }
    throw refusal(of: file, "it is sent from place to place")
  }

  /// Gets the bytes of a file from `offset` on.
  ///
  /// - Parameters:
  ///   - needsEnd: refuses an answer that does not say where it ends, which
  ///     a cut connection would end as well.
  ///   - onStart: is told the offset that the bytes begin at, which is 0
  ///     where the server gives whole files only.
  /// - Throws: ``WebExchange/Failure`` if the connection fails, `UserError`
  ///   if the hub refuses.
  func bytes(
    of file: String, at commit: String, from offset: Int, needsEnd: Bool,
    onStart: @escaping (_ offset: Int) throws -> Void,
    onBytes: @escaping (Data) throws -> Void
  ) throws {
    var address = try self.address(file, commit)
    for _ in 0..<6 {
      var fields = fields(for: address)
      if offset > 0 { fields["Range"] = "bytes=\(offset)-" }
      let head = try WebExchange.perform(
        "GET", address, fields: fields, timeout: settings.timeout,
        onHead: { head in
          if needsEnd, (200..<300).contains(head.status), !head.tellsEnd {
            throw refusal(
              of: file,
              "it says neither how long the file is nor what its "
                + "digest is")
          }
          switch head.status {
          case 200: try onStart(0)
          case 206:
            guard Self.start(head) == offset else {
              throw refusal(of: file, "it gives another part than asked for")
            }
            try onStart(offset)
          case 300..<400: return false
          // As good as a cut connection: it may go better next time.
          case 416, 429, 500..<600:
            throw WebExchange.Failure(reason: "status \(head.status)")
          default: throw error(head, file)
          }
          return true
        },
        onBytes: { [onBytes] in try onBytes($0) })
      guard (300..<400).contains(head.status) else { return }
      guard let next = target(of: head, from: address) else {
        throw refusal(of: file, "it is sent nowhere")
      }
      address = next
    }
    throw refusal(of: file, "it is sent from place to place")
  }

  // MARK: Addresses

  private func address(_ file: String, _ revision: String) throws -> URL {
    let revision = revision.replacingOccurrences(of: "/", with: "%2F")
    let text =
      "\(settings.endpoint)/\(reference.id)/resolve/\(revision)/\(file)"
    guard let address = URL(string: text), address.host != nil,
      ["http", "https"].contains(address.scheme)
    else {
      throw UserError(
        "this is no address of a hub", at: settings.endpoint,
        fix: "correct HF_ENDPOINT")
    }
    return address
  }

  private func fields(for address: URL) -> [String: String] {
    // Packed bytes would have another length than the one announced.
    var fields = ["Accept-Encoding": "identity", "User-Agent": "superb"]
    if let token = settings.token, isHub(address), settings.isPrivate {
      fields["Authorization"] = "Bearer \(token)"
    }
    return fields
  }

  private func isHub(_ address: URL) -> Bool {
    guard let hub = URL(string: settings.endpoint) else { return false }
    return hub.scheme == address.scheme && hub.host == address.host
      && hub.port == address.port
  }

  /// Where an answer sends us, unless that would give up encryption.
  private func target(of head: WebExchange.Head, from address: URL) -> URL? {
    guard let location = head.fields["location"],
      let next = URL(string: location, relativeTo: address)?.absoluteURL,
      next.scheme == "https" || next.scheme == address.scheme,
      ["http", "https"].contains(next.scheme)
    else { return nil }
    return next
  }

  /// A tag as the name of a file: without quotes, without the mark of a weak
  /// one; nil for one that cannot be a name.
  private static func tag(_ text: String) -> String? {
    let text = text.hasPrefix("W/") ? text.dropFirst(2) : text[...]
    let tag = text.trimmingCharacters(in: CharacterSet(charactersIn: "\""))
    return HubReference.isName(tag) ? tag : nil
  }

  /// The first byte that a partial answer gives: `bytes 5-9/10` → 5.
  private static func start(_ head: WebExchange.Head) -> Int? {
    guard let range = head.fields["content-range"],
      range.hasPrefix("bytes ")
    else { return nil }
    return Int(range.dropFirst(6).prefix { $0 != "-" })
  }

  // MARK: Errors

  /// Turns a failed connection into the user's error.
  func reaching<R>(_ body: () throws -> R) throws -> R {
    do {
      return try body()
    } catch let failure as WebExchange.Failure {
      throw UserError(
        "'\(reference)' is not on this machine, and the hub at "
          + "\(settings.endpoint) cannot be reached: \(failure.reason)",
        at: HubCache(reference, in: settings.cache).folder,
        fix: "connect to the network, name a mirror in HF_ENDPOINT, or name a "
          + "folder with the weights")
    }
  }

  private func refusal(of file: String, _ reason: String) -> UserError {
    UserError(
      "the hub's answer for '\(file)' cannot be used: \(reason)",
      at: "\(settings.endpoint)/\(reference.id)",
      fix: "check HF_ENDPOINT and the network's proxy")
  }

  private func error(_ head: WebExchange.Head, _ file: String) -> UserError {
    let code = head.fields["x-error-code"]
    let place = "\(settings.endpoint)/\(reference.id)"
    switch (head.status, code) {
    case (_, "GatedRepo"):
      return UserError(
        "the model's owners ask for consent before they give it", at: place,
        fix: "consent on its page, and set HF_TOKEN")
    case (_, "RevisionNotFound"):
      return UserError(
        "the hub has no revision '\(reference.revision)' of "
          + "'\(reference.id)'", at: place,
        fix: "leave @\(reference.revision) out, or correct it")
    case (401, _), (403, _), (_, "RepoNotFound"):
      return UserError(
        "the hub has no model '\(reference.id)', or does not show it to you",
        at: place,
        fix: settings.token == nil
          ? "check its name; for a private model set HF_TOKEN"
          : settings.isPrivate
            ? "check its name and whether HF_TOKEN may read it"
            : "check its name; HF_TOKEN was not shown, since anybody can "
              + "read along where HF_ENDPOINT is plain http")
    default:
      return UserError(
        "the hub answers the request for '\(file)' with status "
          + "\(head.status)", at: place, fix: "try again later")
    }
  }
}
