import Diagnostics
import Tensors

/// The upstreams that can be asked for by name.
package struct UpstreamRegistry: Sendable {
  /// Asked in this order; the first family that knows a name has it.
  package var families: [UpstreamFamily]

  package init(families: [UpstreamFamily]) {
    self.families = families
  }

  /// The families that come with the program.
  ///
  /// The pretrained models come last: they claim whatever looks like a path
  /// or like a model of the hub.
  package static let builtIn = UpstreamRegistry(families: [
    .spectral, .noise, .python, .features, .pretrained,
  ])

  /// Every member's name, family by family. Aliases are not among them.
  package var names: [String] {
    families.flatMap { $0.members.map(\.name) }
  }

  /// Every member, family by family.
  package var members: [UpstreamFamily.Member] {
    families.flatMap(\.members)
  }

  /// - Throws: `UserError` for an unknown name, with the nearest known one.
  package func describe(_ name: String) throws -> UpstreamDescription {
    let (family, name) = try find(name)
    return try family.describe(name)
  }

  /// Whether ``describe(_:)`` needs nothing that is not on this machine.
  ///
  /// - Throws: `UserError` for an unknown name, with the nearest known one.
  package func isAtHand(_ name: String) throws -> Bool {
    let (family, name) = try find(name)
    return family.isAtHand(name)
  }

  /// The member that bears the name; nil if it is only recognized.
  package func member(_ name: String) -> UpstreamFamily.Member? {
    members.first { $0.isCalled(name) }
  }

  /// Where the weights are, or are looked for; nil if there are none.
  ///
  /// - Throws: `UserError` for an unknown name, with the nearest known one.
  package func place(_ name: String) throws -> String? {
    let (family, name) = try find(name)
    return family.place(name)
  }

  /// - Throws: `UserError` for an unknown name, with the nearest known one,
  ///   and for weights that cannot be read.
  package func make(_ name: String) throws -> any Upstream {
    let (family, name) = try find(name)
    return try family.make(name)
  }

  /// Makes an upstream that is trained with the head.
  ///
  /// - Throws: `UserError` also for an upstream that cannot be trained.
  package func makeTrainable(
    _ name: String, engine: Engine, trainsFeatureEncoder: Bool
  ) throws -> any TrainableUpstream {
    let (make, name) = try trainable(name)
    return try make(name, engine, trainsFeatureEncoder)
  }

  /// - Throws: `UserError` for an upstream that cannot be trained.
  package func checkTrainable(_ name: String) throws { _ = try trainable(name) }

  private func trainable(
    _ name: String
  ) throws -> (UpstreamFamily.MakeTrainable, String) {
    let (family, own) = try find(name)
    if let make = family.makeTrainable { return (make, own) }
    throw UserError(
      "the upstream '\(name)' cannot be fine-tuned", at: "-f",
      fix: "name a pretrained model, or leave -f out")
  }

  /// The family of a name, and the member's own name if it was an alias.
  private func find(_ name: String) throws -> (UpstreamFamily, String) {
    for family in families {
      if let member = family.members.first(where: { $0.isCalled(name) }) {
        return (family, member.name)
      }
    }
    if let family = families.first(where: { $0.recognizes(name) }) {
      return (family, name)
    }
    throw UserError(
      "there is no upstream '\(name)'",
      fix: Suggestion.fix(
        for: name, among: members.flatMap { [$0.name] + $0.aliases }))
  }
}
