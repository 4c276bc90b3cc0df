import Diagnostics
import Foundation
import Models

/// What is built from the files of a pretrained model.
struct PretrainedBuilder: Sendable {
  /// What the configuration promises, without reading the weights.
  var shape: @Sendable (PretrainedFiles) throws -> ModelShape
  /// The model itself.
  var load: @Sendable (PretrainedFiles) throws -> any SpeechModel
}

extension UpstreamFamily {
  /// Raised when the same files give other numbers than before.
  private static let revision = "superb.upstream.pretrained/1"

  static func pretrained(
    locator: PretrainedLocator, builder: PretrainedBuilder,
    digests: WeightsDigest
  ) -> UpstreamFamily {
    @Sendable func describe(
      _ name: String, _ files: PretrainedFiles
    ) throws -> UpstreamDescription {
      let shape = try builder.shape(files)
      let hasher = DigestHasher()
      hasher.combine(revision)
      hasher.combine(String(decoding: files.configuration, as: UTF8.self))
      hasher.combine(
        files.preprocessor.map { String(decoding: $0, as: UTF8.self) } ?? "")
      for path in files.weightPaths {
        hasher.combine(try digests.digest(of: path))
      }
      let title = locator.catalogue.entry(name)?.title
      return UpstreamDescription(
        name: name, title: title ?? "pretrained model",
        digest: hasher.finish().hexadecimal, layers: shape.layers,
        dimension: shape.dimension,
        samplesPerFrame: Double(shape.samplesPerFrame),
        parameters: shape.parameters, receptiveField: shape.receptiveField,
        licence: files.licence, weights: files.path)
    }
    return UpstreamFamily(
      title: "pretrained models",
      members: locator.catalogue.entries.map {
        Member($0.name, aliases: $0.aliases, title: $0.title)
      },
      recognizes: { locator.recognizes($0) },
      isAtHand: { locator.isAtHand($0) },
      describe: { try describe($0, try locator.find($0)) },
      make: { name in
        let files = try locator.find(name)
        return PretrainedUpstream(
          description: try describe(name, files),
          model: try builder.load(files))
      })
  }
}
