import Diagnostics
import Foundation

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// One request and its answer, whose bytes are handed on as they come.
/// Redirects are answers, not followed.
final class WebExchange: NSObject, @unchecked Sendable {
  /// What precedes the bytes.
  struct Head: Sendable {
    var status: Int
    /// By names in lower case.
    var fields: [String: String]
    /// Bytes that will follow, if the server says so.
    var length: Int? { fields["content-length"].flatMap { Int($0) } }
    /// Whether the answer says itself where its bytes end.
    var tellsEnd: Bool {
      length != nil
        || fields["transfer-encoding"]?.lowercased().contains("chunked") == true
    }
  }

  /// The connection failed, before the answer or within it.
  struct Failure: Error {
    var reason: String
  }

  // Set before the task starts, then touched by the session's own queue
  // alone, until `done` is signalled.
  private var head: Head?
  private var failure: (any Error)?
  /// Whether the answer's bytes are what was asked for.
  private var isWanted = false
  private let onHead: (Head) throws -> Bool
  private let onBytes: (Data) throws -> Void
  private let done = DispatchSemaphore(value: 0)

  private init(
    onHead: @escaping (Head) throws -> Bool,
    onBytes: @escaping (Data) throws -> Void
  ) {
    self.onHead = onHead
    self.onBytes = onBytes
  }

  /// Sends the request and waits until the answer has ended.
  ///
  /// - Parameters:
  ///   - timeout: seconds without a byte after which it is given up.
  ///   - onHead: is told what precedes the bytes, and says whether they are
  ///     wanted; a redirection or an error has bytes too.
  /// - Throws: ``Failure``, or what the closures throw.
  @discardableResult
  static func perform(
    _ method: String, _ address: URL, fields: [String: String],
    timeout: Double, onHead: @escaping (Head) throws -> Bool = { _ in false },
    onBytes: @escaping (Data) throws -> Void = { _ in }
  ) throws -> Head {
    var request = URLRequest(url: address)
    request.httpMethod = method
    for (name, value) in fields {
      request.setValue(value, forHTTPHeaderField: name)
    }
    let settings = URLSessionConfiguration.ephemeral
    settings.timeoutIntervalForRequest = timeout
    settings.httpShouldSetCookies = false
    settings.urlCache = nil
    let exchange = WebExchange(onHead: onHead, onBytes: onBytes)
    let session = URLSession(
      configuration: settings, delegate: exchange, delegateQueue: nil)
    defer { session.invalidateAndCancel() }
    session.dataTask(with: request).resume()
    exchange.done.wait()
    if let failure = exchange.failure { throw failure }
    guard let head = exchange.head else {
      throw Failure(reason: "the answer is no answer of a web server")
    }
    return head
  }
}

extension WebExchange: URLSessionDataDelegate {
  func urlSession(
    _ session: URLSession, task: URLSessionTask,
    willPerformHTTPRedirection response: HTTPURLResponse,
    newRequest request: URLRequest,
    completionHandler: @escaping @Sendable (URLRequest?) -> Void
  ) {
    completionHandler(nil)
  }

  func urlSession(
    _ session: URLSession, dataTask: URLSessionDataTask,
    didReceive response: URLResponse,
    completionHandler:
      @escaping @Sendable (URLSession.ResponseDisposition) -> Void
  ) {
    guard let response = response as? HTTPURLResponse else {
      completionHandler(.cancel)
      return
    }
    var fields: [String: String] = [:]
    for case (let name as String, let value as String)
      in response.allHeaderFields
    {
      fields[name.lowercased()] = value
    }
    let head = Head(status: response.statusCode, fields: fields)
    self.head = head
    do {
      isWanted = try onHead(head)
      completionHandler(.allow)
    } catch {
      failure = error
      completionHandler(.cancel)
    }
  }

  func urlSession(
    _ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data
  ) {
    guard failure == nil, isWanted else { return }
    do {
      try onBytes(data)
    } catch {
      failure = error
      dataTask.cancel()
    }
  }

  func urlSession(
    _ session: URLSession, task: URLSessionTask,
    didCompleteWithError error: (any Error)?
  ) {
    if failure == nil, let error {
      failure = Failure(reason: Self.reason(error))
    }
    done.signal()
  }

  private static func reason(_ error: any Error) -> String {
    let error = error as NSError
    let inner = error.userInfo[NSUnderlyingErrorKey] as? NSError
    let text = (inner ?? error).localizedDescription
    return text.hasSuffix(".") ? String(text.dropLast()) : text
  }
}
