import Configuration
import Diagnostics
import Foundation
import Tensors

/// A task's configuration: its own file, what `benchmark.yaml` lays over it,
/// and the command line's edits, in this order.
///
/// It is read here and nowhere else. Every value keeps the place where it was
/// written, also on the way to a worker; what stands under `downstream_expert`
/// the task itself reads.
package struct TaskConfiguration: Sendable {
  /// The top-level keys, as in s3prl's files.
  package static let sections = [
    "runner", "optimizer", "scheduler", "specaug", "downstream_expert",
  ]

  /// The section that the task itself reads.
  package static let expertSection = "downstream_expert"

  package let value: ConfigValue
  package let settings: RunnerSettings
  package let optimizer: OptimizerSection
  /// What is done to the features in training; nil for nothing.
  package let augmentation: SpecAugment?

  /// - Parameter value: all sections.
  /// - Throws: `UserError` for a key that nobody reads, and for a value that
  ///   cannot be used.
  package init(_ value: ConfigValue) throws {
    try value.checkKeys(known: Self.sections)
    self.value = value
    settings = try RunnerSettings(value)
    optimizer = try OptimizerSection(value, totalSteps: settings.totalSteps)
    augmentation = try SpecAugment(section: value)
    _ = try value.map(at: TaskConfiguration.expertSection, default: ConfigMap())
  }

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
    if let overlay { value = try Self.laid(overlay, over: value) }
    try self.init(base: value, profile: profile, overrides: overrides)
  }

  /// - Parameter base: all that files say.
  init(
    base: ConfigValue, profile: RunProfile, overrides: [Override]
  ) throws {
    try self.init(
      Self.applying(overrides, to: try profile.shortening(base)))
  }

  static func laid(
    _ overlay: ConfigValue, over base: ConfigValue
  ) throws -> ConfigValue {
    var value = base.merging(overlay)
    try settle(&value, by: overlay)
    return value
  }

  private static let ratePath = ["optimizer", "lr"]
  private static let gridPath = ["runner", "lr_grid"]

  /// Keys that say the same in two ways: whoever writes the first, and not the
  /// second, does not want what the file below says of the second.
  private static let rivals =
    [(ratePath, gridPath)]
    + EpochSettings.rivals.flatMap { epochs, steps in
      let (epochs, steps) = (["runner", epochs], ["runner", steps])
      return [(epochs, steps), (steps, epochs)]
    }

  private static func settle(
    _ value: inout ConfigValue, by overlay: ConfigValue
  ) throws {
    for (winner, loser) in rivals
    where try isSet(winner, in: overlay) && !isSet(loser, in: overlay) {
      value = try silencing(loser, of: winner, in: value)
    }
  }

  private static func applying(
    _ overrides: [Override], to value: ConfigValue
  ) throws -> ConfigValue {
    var value = value
    let overrides = overrides.filter { $0.scope == .config }
    for override in overrides {
      value = try value.setting(override.path, to: override.value)
      for (winner, loser) in rivals where winner == override.path {
        // Of one rate and a grid the later counts; two units are a mistake.
        let isMistake = overrides.contains { $0.path == loser }
        if winner != ratePath, isMistake || override.value.isNull { continue }
        value = try silencing(loser, of: winner, in: value)
      }
    }
    return value
  }

  private static func isSet(
    _ path: [String], in value: ConfigValue
  ) throws -> Bool {
    try value.value(at: path.joined(separator: ".")) != nil
  }

  private static func silencing(
    _ loser: [String], of winner: [String], in value: ConfigValue
  ) throws -> ConfigValue {
    // Where there is nothing to silence, no key is added; but signatures have
    // one for the grid.
    try winner == ratePath || isSet(loser, in: value)
      ? value.setting(loser, to: ConfigValue(.null)) : value
  }

  /// A copy with more edits of the command line.
  package func applying(_ overrides: [Override]) throws -> TaskConfiguration {
    try TaskConfiguration(Self.applying(overrides, to: value))
  }

  /// A copy with one more value set below `downstream_expert`.
  package func setting(_ path: [String], to text: String) throws
    -> TaskConfiguration
  {
    try TaskConfiguration(
      value.setting(
        [TaskConfiguration.expertSection] + path, to: ConfigValue(.string(text))
      ))
  }
}

extension TaskConfiguration: Codable {
  /// The file that it is written in as a part of its experiment, for messages.
  static let writtenIn = "experiment.json"

  /// Also reads what versions before 1.0 wrote: the value as JSON text, where
  /// two tasks had `specaug` below `downstream_expert`.
  package init(from decoder: any Decoder) throws {
    guard
      let text = try? decoder.singleValueContainer().decode(String.self)
    else {
      try self.init(ConfigValue(from: decoder))
      return
    }
    var value = try ConfigValue.yaml(text: text, name: Self.writtenIn)
    let section = "specaug"
    if try value.value(at: section) == nil,
      let own = try value.value(
        at: "\(TaskConfiguration.expertSection).\(section)")
    {
      var expert = try value.map(at: TaskConfiguration.expertSection)
      expert.remove(section)
      value = try value.setting([section], to: own)
        .setting(
          [TaskConfiguration.expertSection], to: ConfigValue(.map(expert)))
    }
    try self.init(value)
  }

  package func encode(to encoder: any Encoder) throws {
    try value.encode(to: encoder)
  }
}
