import Configuration
import Diagnostics
import Records

/// What is tried: axes, of which every combination is one point, less what is
/// excluded.
///
/// A point is a list of overrides, as `-o` spells them: arguments of
/// `superb run` (`args.seed`) and keys of the tasks' configurations
/// (`config.optimizer.lr`).
package struct Grid: Sendable {
  /// One alternative of an axis: what it sets, in order.
  package typealias Assignments = [Override]

  /// The run's name, if the file gives one.
  package var name: String?
  /// What all points share.
  package var shared: Assignments = []
  package var axes: [[Assignments]] = []
  /// Points that have all of one of these are left out.
  package var exclusions: [Assignments] = []

  /// More points than anybody waits for are a mistake.
  package static let mostPoints = 100_000

  package init() {}

  /// Every combination once, the last axis the fastest. What an axis sets
  /// replaces what is shared and what an axis before it sets.
  ///
  /// - Throws: `UserError` for more than ``mostPoints``, and for none.
  package func points() throws -> [Assignments] {
    var points: [Assignments] = [shared]
    for axis in axes {
      guard points.count * axis.count <= Self.mostPoints else {
        throw UserError(
          "the grid has more than \(Self.mostPoints) points",
          fix: "take values out, or zip axes that belong together")
      }
      points = points.flatMap { point in
        axis.map { Self.merged(point, $0) }
      }
    }
    var kept: [Assignments] = []
    var seen: Set<String> = []
    for point in points where !exclusions.contains(where: point.holds) {
      let text = point.map(\.description).sorted().joined(separator: "\n")
      if seen.insert(text).inserted { kept.append(point) }
    }
    guard !kept.isEmpty else {
      throw UserError("the grid is empty: all of it is excluded")
    }
    return kept
  }

  private static func merged(
    _ point: Assignments, _ more: Assignments
  ) -> Assignments {
    var point = point
    for assignment in more {
      if let place = point.firstIndex(where: { $0.key == assignment.key }) {
        point[place] = assignment
      } else {
        point.append(assignment)
      }
    }
    return point
  }

  /// The keys that differ between points, in the order of the axes.
  package static func varyingKeys(of points: [Assignments]) -> [String] {
    var keys: [String] = []
    for override in points.joined() where !keys.contains(override.key) {
      keys.append(override.key)
    }
    return keys.filter { key in
      Set(points.map { $0.text(of: key) }).count > 1
    }
  }
}

extension Override {
  /// `config.optimizer.lr`; upstreams and tasks under one name each.
  package var key: String {
    let whole = ([scope.rawValue] + path).joined(separator: ".")
    switch whole {
    case "args.upstreams": return "args.upstream"
    case "args.tasks", "args.task": return "args.downstream"
    default: return whole
    }
  }

  /// The value as text: as it is typed.
  package var text: String {
    if case .string(let text) = value.kind { return text }
    return value.json()
  }
}

extension [Override] {
  /// The value of a key as text; nil if it is not set.
  package func text(of key: String) -> String? {
    last { $0.key == key }?.text
  }

  /// Whether all of `others` are set here.
  fileprivate func holds(_ others: [Override]) -> Bool {
    others.allSatisfy { other in
      contains { $0.key == other.key && $0.value == other.value }
    }
  }
}
