import Configuration
import Diagnostics
import Foundation

/// A task's configuration: its own file, what `benchmark.yaml` lays over it,
/// and the command line's edits, in this order.
package struct TaskConfiguration: Sendable {
  /// The top-level keys, as in s3prl's files.
  package static let sections = [
    "runner", "optimizer", "scheduler", "specaug", "downstream_expert",
  ]

  package private(set) var value: ConfigValue

  /// - Parameters:
  ///   - file: the task's `config.yaml`, or what `-c` names in its place.
  ///   - overlay: the task's entry in `benchmark.yaml`.
  ///   - profile: shortens what these two say.
  ///   - overrides: `-o`, applied last.
  package init(
    file: String?, overlay: ConfigValue?, profile: RunProfile = .full,
    overrides: [Override]
  ) throws {
    var value = ConfigValue(.map(ConfigMap()))
    if let file { value = try ConfigValue.yaml(file: file) }
    if let overlay {
      value = value.merging(overlay)
      try Self.settle(&value, by: overlay)
    }
    value = try profile.shortening(value)
    for override in overrides where override.scope == .config {
      value = try value.setting(override.path, to: override.value)
      if override.path == Self.ratePath {
        value = try value.setting(Self.gridPath, to: ConfigValue(.null))
      }
    }
    try value.checkKeys(known: Self.sections)
    self.value = value
  }

  private static let ratePath = ["optimizer", "lr"]
  private static let gridPath = ["runner", "lr_grid"]

  /// Who names one learning rate, and no grid, wants that one and not the
  /// grid of the file below.
  private static func settle(
    _ value: inout ConfigValue, by overlay: ConfigValue
  ) throws {
    guard try overlay.value(at: ratePath.joined(separator: ".")) != nil,
      try overlay.value(at: gridPath.joined(separator: ".")) == nil
    else { return }
    value = try value.setting(gridPath, to: ConfigValue(.null))
  }

  /// The same with one more value set below `downstream_expert`.
  package func setting(_ path: [String], to text: String) throws
    -> TaskConfiguration
  {
    var copy = self
    copy.value = try value.setting(
      ["downstream_expert"] + path, to: ConfigValue(.string(text)))
    return copy
  }
}
