import Configuration
import Diagnostics
import Tensors

/// Parameters with a rate, or an optimizer, of their own
/// (`optimizer.groups`): the first group that names a parameter has it, and
/// what none names the section itself updates.
package struct OptimizerGroup: Sendable {
  /// Names; `*` stands for any text.
  package var patterns: [String]
  /// On the section's rate, or on the group's own.
  package var factor: Double
  /// In place of the section's keys.
  var section: OptimizerSection?

  package static let key = "optimizer.groups"

  /// - Parameter root: a task's whole configuration.
  static func all(
    _ root: ConfigValue, totalSteps: Int
  ) throws -> [OptimizerGroup] {
    try root.list(at: key, default: []).indices.map { index in
      let place = "\(key).\(index)"
      try root.checkKeys(
        known: ["parameters", "factor", "optimizer"], at: place)
      let path = place + ".parameters"
      var patterns: [String]
      if case .string(let one)? = try root.value(at: path)?.kind {
        patterns = [one]
      } else {
        patterns = try root.strings(at: path)
      }
      if patterns.isEmpty { patterns = ["*"] }
      return OptimizerGroup(
        patterns: patterns,
        factor: try root.double(
          at: place + ".factor", "a number of 0 or more",
          where: { $0 >= 0 && $0.isFinite }) ?? 1,
        section: try root.value(at: place + ".optimizer").map {
          try OptimizerSection(
            ConfigValue(.map(ConfigMap())).setting(["optimizer"], to: $0),
            totalSteps: totalSteps)
        })
    }
  }

  package func holds(_ name: String) -> Bool {
    patterns.contains { Self.matches(name[...], $0[...]) }
  }

  private static func matches(_ name: Substring, _ pattern: Substring) -> Bool {
    guard let first = pattern.first else { return name.isEmpty }
    if first == "*" {
      let rest = pattern.dropFirst()
      return matches(name, rest)
        || !name.isEmpty && matches(name.dropFirst(), pattern)
    }
    return name.first == first
      && matches(name.dropFirst(), pattern.dropFirst())
  }
}

extension OptimizerSection {
  /// - Throws: `UserError` for a group that has none of the parameters, but
  ///   for one of the featurizer's: of a single state there is no sum to learn.
  package func checkGroups(_ parameters: [Parameter]) throws {
    let names = parameters.filter { !$0.isBuffer }.map(\.name)
    for group in groups
    where !names.contains(where: group.holds)
      && !group.patterns.allSatisfy({ $0.hasPrefix("featurizer.") })
    {
      throw UserError(
        "no parameter is named \(group.patterns.joined(separator: " or "))",
        at: OptimizerGroup.key,
        fix: "there are " + names.prefix(20).joined(separator: ", "))
    }
  }

  /// One optimizer for each group that has some of `parameters`, and the
  /// section's own for the rest.
  func grouped(
    _ parameters: [Parameter],
    _ make: (OptimizerSection, [Parameter], Double) throws -> any Optimizer
  ) throws -> any Optimizer {
    var left = parameters
    var made: [OptimizerGroups.Group] = []
    for group in groups {
      let own = left.filter { group.holds($0.name) }
      guard !own.isEmpty else { continue }
      left.removeAll { group.holds($0.name) }
      made.append(
        OptimizerGroups.Group(
          own, try make(group.section ?? self, own, group.factor)))
    }
    made.append(OptimizerGroups.Group(left, try make(self, left, 1)))
    return OptimizerGroups(made)
  }
}
