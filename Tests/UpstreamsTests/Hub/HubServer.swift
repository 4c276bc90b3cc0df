import CCrypto
import Foundation
import Synchronization

@testable import Upstreams

/// A hub on this machine: a few files of one model, served as the real one
/// serves them, with what can go wrong on the way.
final class HubServer: Sendable {
  struct File {
    var content: [UInt8]
    /// Large files are named by their SHA-256 and live on another host.
    var isLarge = false
    /// Sent in place of the content.
    var forged: [UInt8]?
  }

  struct Request: Sendable {
    var method: String
    var path: String
    var fields: [String: String]
  }

  /// What goes wrong.
  struct Trouble: Sendable {
    /// Connections that are cut after so many bytes of a file.
    var cuts: [Int] = []
    /// Whether parts of files are refused.
    var ignoresRanges = false
    /// Answers everything so.
    var status: (Int, String)?
    /// Answers before one that is in order.
    var busyAnswers = 0
    /// Required of who asks.
    var token: String?
    /// Where requests for metadata are sent.
    var moved: String?
    /// A tag in place of the true one.
    var tag: String?
    /// What redirections have beside their address.
    var redirectBody: [UInt8] = []
    /// Lengths are told to nobody.
    var hidesLengths = false
  }

  static let commit = String(repeating: "c", count: 40)

  let port: UInt16
  var endpoint: String { "http://127.0.0.1:\(port)" }
  /// The same server under another name, as the place of large files.
  private var store: String { "http://localhost:\(port)/store" }
  private let socket: Int32
  private let files: Mutex<[String: File]>
  let trouble = Mutex(Trouble())
  private let log = Mutex<[Request]>([])

  var requests: [Request] { log.withLock { $0 } }

  init(_ files: [String: File]) throws {
    self.files = Mutex(files)
    let descriptor = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, size) == 0 && listen(descriptor, 16) == 0
          && getsockname(descriptor, $0, &size) == 0
      }
    }
    guard descriptor >= 0, bound else { throw POSIXError(.EADDRNOTAVAIL) }
    socket = descriptor
    port = UInt16(bigEndian: address.sin_port)
    let thread = Thread { [weak self, descriptor] in
      while true {
        let client = accept(descriptor, nil, nil)
        guard client >= 0, let self else {
          if client >= 0 { close(client) }
          return
        }
        self.serve(client)
        close(client)
      }
    }
    thread.start()
  }

  deinit { shutdown(socket, Int32(SHUT_RDWR)) }

  static func tag(of file: File) -> String {
    func hex(_ kind: OpaquePointer?, _ bytes: [UInt8]) -> String {
      var digest = [UInt8](repeating: 0, count: 64)
      var count: UInt32 = 0
      EVP_Digest(bytes, bytes.count, &digest, &count, kind, nil)
      return digest.prefix(Int(count)).map { String(format: "%02x", $0) }
        .joined()
    }
    return file.isLarge
      ? hex(EVP_sha256(), file.content)
      : hex(
        EVP_sha1(), Array("blob \(file.content.count)\0".utf8) + file.content)
  }

  private func serve(_ client: Int32) {
    guard let request = read(client) else { return }
    log.withLock { $0.append(request) }
    let trouble = self.trouble.withLock { $0 }
    func answer(_ status: Int, _ fields: [String: String], _ body: [UInt8] = [])
    {
      var text = "HTTP/1.1 \(status) Status\r\nConnection: close\r\n"
      for (name, value) in fields { text += "\(name): \(value)\r\n" }
      send(client, Array((text + "\r\n").utf8))
      if request.method != "HEAD" { send(client, body) }
    }
    // As long as it says, like the file would be.
    let redirectBody = request.method == "GET" ? trouble.redirectBody : []
    if let (status, code) = trouble.status {
      answer(status, ["X-Error-Code": code, "Content-Length": "0"])
      return
    }
    let isBusy = self.trouble.withLock {
      $0.busyAnswers -= $0.busyAnswers > 0 && request.method == "GET" ? 1 : 0
      return trouble.busyAnswers > 0 && request.method == "GET"
    }
    if isBusy {
      answer(503, ["Content-Length": "0"])
      return
    }
    if request.path.hasPrefix("/store/") {
      let name = String(request.path.dropFirst("/store/".count))
      if let file = files.withLock({ $0[name] }) {
        give(file, request, client, answer)
      } else {
        answer(404, ["Content-Length": "0"])
      }
      return
    }
    if let token = trouble.token,
      request.fields["authorization"] != "Bearer \(token)"
    {
      answer(401, ["X-Error-Code": "RepoNotFound", "Content-Length": "0"])
      return
    }
    // /organisation/name/resolve/revision/file
    let parts = request.path.split(separator: "/").map(String.init)
    guard parts.count >= 5, parts[2] == "resolve" else {
      answer(404, ["X-Error-Code": "RepoNotFound", "Content-Length": "0"])
      return
    }
    if parts[1] == "old" {
      answer(
        307,
        [
          "Location": trouble.moved
            ?? request.path.replacingOccurrences(of: "/old/", with: "/tiny/"),
          "Content-Length": "0",
        ])
      return
    }
    guard ["main", Self.commit].contains(parts[3]) else {
      answer(404, ["X-Error-Code": "RevisionNotFound", "Content-Length": "0"])
      return
    }
    let name = parts[4...].joined(separator: "/")
    guard let file = files.withLock({ $0[name] }) else {
      answer(404, ["X-Error-Code": "EntryNotFound", "Content-Length": "0"])
      return
    }
    let tag = trouble.tag ?? Self.tag(of: file)
    if file.isLarge {
      answer(
        302,
        [
          "Location": "\(store)/\(name)", "X-Repo-Commit": Self.commit,
          "X-Linked-Etag": "\"\(tag)\"", "ETag": "\"other\"",
          "X-Linked-Size": "\(file.content.count)",
          "Content-Length": "\(redirectBody.count)",
        ], redirectBody)
    } else {
      give(file, request, client) { status, fields, body in
        answer(
          status,
          fields.merging(
            ["ETag": "W/\"\(tag)\"", "X-Repo-Commit": Self.commit]
          ) { $1 }, body)
      }
    }
  }

  private func give(
    _ file: File, _ request: Request, _ client: Int32,
    _ answer: (Int, [String: String], [UInt8]) -> Void
  ) {
    let body = file.forged ?? file.content
    var start = 0
    if let range = request.fields["range"],
      !trouble.withLock({ $0.ignoresRanges })
    {
      start = Int(range.dropFirst("bytes=".count).dropLast()) ?? 0
    }
    var fields = ["Content-Length": "\(body.count - start)"]
    if trouble.withLock({ $0.hidesLengths }) { fields = [:] }
    if start > 0 {
      fields["Content-Range"] = "bytes \(start)-\(body.count - 1)/\(body.count)"
    }
    let cut = trouble.withLock { trouble -> Int? in
      guard request.method == "GET", !trouble.cuts.isEmpty else { return nil }
      return trouble.cuts.removeFirst()
    }
    let end = cut.map { min(start + $0, body.count) } ?? body.count
    answer(start > 0 ? 206 : 200, fields, Array(body[start..<end]))
  }

  private func read(_ client: Int32) -> Request? {
    var text: [UInt8] = []
    var byte: UInt8 = 0
    while !text.suffix(4).elementsEqual("\r\n\r\n".utf8) {
      guard recv(client, &byte, 1, 0) == 1, text.count < 100_000 else {
        return nil
      }
      text.append(byte)
    }
    let lines = String(decoding: text, as: UTF8.self)
      .components(separatedBy: "\r\n")
    let first = lines[0].components(separatedBy: " ")
    guard first.count == 3 else { return nil }
    var fields: [String: String] = [:]
    for line in lines.dropFirst() {
      let halves = line.split(separator: ":", maxSplits: 1)
      guard halves.count == 2 else { continue }
      fields[halves[0].lowercased()] =
        halves[1].trimmingCharacters(in: .whitespaces)
    }
    return Request(method: first[0], path: first[1], fields: fields)
  }

  private func send(_ client: Int32, _ bytes: [UInt8]) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.send(
          client, $0.baseAddress.map { $0 + sent }, bytes.count - sent,
          Int32(MSG_NOSIGNAL))
      }
      if count <= 0 { return }
      sent += count
    }
  }
}
