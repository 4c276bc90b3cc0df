import Configuration
import Diagnostics
import Foundation

/// A task's configuration: its own file, what `benchmark.yaml` lays over it,
/// and the command line's edits, in this order.
public struct TaskConfiguration: Sendable {
  /// The top-level keys, as in s3prl's files.
  public static let sections = [
    "runner", "optimizer", "scheduler", "specaug", "downstream_expert",
  ]

  public private(set) var value: ConfigValue

  /// - Parameters:
  ///   - file: the task's `config.yaml`, or what `-c` names in its place.
  ///   - overlay: the task's entry in `benchmark.yaml`.
  ///   - profile: shortens what these two say.
  ///   - overrides: `-o`, applied last.
  public init(
    file: String?, overlay: ConfigValue?, profile: RunProfile = .full,
    overrides: [Override]
  ) throws {
    var value = ConfigValue(.map(ConfigMap()))
    if let file { value = try ConfigValue.yaml(file: file) }
    if let overlay { value = value.merging(overlay) }
    value = try profile.shortening(value)
    for override in overrides where override.scope == .config {
      value = try value.setting(override.path, to: override.value)
    }
    try value.checkKeys(known: Self.sections)
    self.value = value
  }

  /// The same with one more value set below `downstream_expert`.
  public func setting(_ path: [String], to text: String) throws
    -> TaskConfiguration
  {
    var copy = self
    copy.value = try value.setting(
      ["downstream_expert"] + path, to: ConfigValue(.string(text)))
    return copy
  }
}
