import TaskABI

/// The task's section of the configuration, by dotted path:
/// "modelrc.projector_dim", "datarc.speakers.0".
///
/// An absent key and a null give the default. A value of another type is an
/// error that names the key.
public struct TaskConfiguration {
  private let host: UnsafePointer<superb_host>

  init(_ host: UnsafePointer<superb_host>) {
    self.host = host
  }

  /// True if the key is there and is not null.
  public func has(_ path: String) -> Bool {
    let kind = host.pointee.config_kind?(host, path) ?? SUPERB_CONFIG_ABSENT
    return kind != SUPERB_CONFIG_ABSENT
  }

  /// True if the key holds text.
  func isText(_ path: String) -> Bool {
    host.pointee.config_kind?(host, path) == SUPERB_CONFIG_STRING
  }

  /// True or false at `path`, keys joined by dots; `fallback` if nothing stands
  /// there. Throws what the user has to mend.
  public func bool(_ path: String, default fallback: Bool) throws -> Bool {
    guard has(path) else { return fallback }
    var value: Int32 = 0
    try check(
      host.pointee.config_bool?(host, path, &value), path, "true or false")
    return value != 0
  }

  /// An integer from `minimum` to `maximum`. Both have 32 bits unless said
  /// otherwise, so that a product of two of a user's numbers cannot overflow.
  public func integer(
    _ path: String, default fallback: Int,
    atLeast minimum: Int = Int(Int32.min),
    atMost maximum: Int = Int(Int32.max)
  ) throws -> Int {
    guard has(path) else { return fallback }
    var value: Int64 = 0
    try check(
      host.pointee.config_integer?(host, path, &value), path, "an integer")
    guard value >= Int64(minimum) else {
      throw invalid(path, "must be at least \(minimum), not \(value)")
    }
    guard value <= Int64(maximum) else {
      throw invalid(path, "must be at most \(maximum), not \(value)")
    }
    return Int(value)
  }

  /// A whole number of seconds at `path`, at least one, as samples at 16 kHz.
  public func samples(ofSeconds path: String, default fallback: Int) throws
    -> Int
  {
    16_000 * (try integer(path, default: fallback, atLeast: 1))
  }

  /// A finite number at `path`; `fallback` if nothing stands there.
  public func number(
    _ path: String, default fallback: Double
  ) throws -> Double {
    guard has(path) else { return fallback }
    var value = 0.0
    try check(
      host.pointee.config_number?(host, path, &value), path, "a number")
    return value
  }

  /// Text at `path`; `fallback` if nothing stands there.
  public func string(
    _ path: String, default fallback: String
  ) throws -> String {
    try optionalString(path) ?? fallback
  }

  /// Text at `path`; nil if nothing stands there.
  public func optionalString(_ path: String) throws -> String? {
    guard has(path) else { return nil }
    var value: UnsafePointer<CChar>?
    try check(host.pointee.config_string?(host, path, &value), path, "text")
    guard let value else { throw invalid(path, "must be text") }
    return String(cString: value)
  }

  /// One of a few words.
  public func choice(
    _ path: String, of options: [String], default fallback: String
  ) throws -> String {
    let value = try string(path, default: fallback)
    guard options.contains(value) else {
      throw invalid(
        path,
        "is '\(value)'; this task knows: " + options.joined(separator: ", "))
    }
    return value
  }

  /// A list of whole numbers at `path`; `fallback` if nothing stands there.
  public func integers(
    _ path: String, default fallback: [Int]
  ) throws -> [Int] {
    guard has(path) else { return fallback }
    return try (0..<count(path)).map {
      try integer("\(path).\($0)", default: 0)
    }
  }

  /// A list of texts at `path`; `fallback` if nothing stands there.
  public func strings(
    _ path: String, default fallback: [String]
  ) throws -> [String] {
    guard has(path) else { return fallback }
    return try (0..<count(path)).map {
      try string("\(path).\($0)", default: "")
    }
  }

  /// Entries of a list or map, 0 if it is absent.
  public func count(_ path: String) throws -> Int {
    guard has(path) else { return 0 }
    var value: Int64 = 0
    try check(
      host.pointee.config_count?(host, path, &value), path, "a list or a map")
    return Int(value)
  }

  /// Keys of a map, in file order.
  public func keys(_ path: String) throws -> [String] {
    try (0..<count(path)).map { index in
      var key: UnsafePointer<CChar>?
      try check(
        host.pointee.config_key?(host, path, Int64(index), &key), path,
        "a map")
      return key.map { String(cString: $0) } ?? ""
    }
  }

  /// The error for a key whose value cannot be used.
  public func invalid(_ path: String, _ message: String) -> TaskError {
    TaskError.invalidArgument("downstream_expert.\(path) \(message)")
  }

  private func check(
    _ status: superb_status?, _ path: String, _ kind: String
  ) throws {
    guard status == SUPERB_OK else {
      throw invalid(path, "must be \(kind)")
    }
  }
}
