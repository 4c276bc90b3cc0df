import Diagnostics
import Files
import Foundation
import Models
import Speech

extension UpstreamFamily {
  /// The descendants of wav2vec 2.0: by s3prl's names, as a model of the hub
  /// (`organisation/name@revision`), as a folder or as a file.
  package static let pretrained: UpstreamFamily = {
    let display = TransferDisplay()
    return pretrained(
      locator: PretrainedLocator(progress: { display.show($0) }),
      digests: .standard())
  }()

  /// Raised when the same files give other numbers than before.
  private static let revision = "superb.upstream.pretrained/1"

  static func pretrained(
    locator: PretrainedLocator, digests: WeightsDigest
  ) -> UpstreamFamily {
    @Sendable func describe(
      _ name: String, _ files: PretrainedFiles
    ) throws -> UpstreamDescription {
      let (shape, stateTitles) = try files.shape()
      let hasher = DigestHasher()
      hasher.combine(
        revision, String(decoding: files.configuration, as: UTF8.self),
        String(decoding: files.preprocessor ?? Data(), as: UTF8.self))
      for path in files.weightPaths {
        hasher.combine(try digests.digest(of: path))
      }
      if !files.options.isEmpty { hasher.combine(files.options.text) }
      let title =
        locator.catalogue.entry(PretrainedOptions.split(name).name)?.title
        ?? files.architecture.map { "a model of type \($0)" }
      return UpstreamDescription(
        name: name, title: title ?? "a pretrained model",
        digest: hasher.finish().hexadecimal, layers: shape.layers,
        dimension: shape.dimension,
        samplesPerFrame: Double(shape.samplesPerFrame * speechSampleRate)
          / Double(shape.samplingRate),
        parameters: shape.parameters,
        receptiveField: (shape.receptiveField * speechSampleRate
          + shape.samplingRate - 1) / shape.samplingRate,
        samplingRate: shape.samplingRate == speechSampleRate
          ? nil : shape.samplingRate,
        stateTitles: stateTitles, licence: files.licence, weights: files.path)
    }
    return UpstreamFamily(
      title: "pretrained models",
      members: locator.catalogue.entries.map {
        Member(
          $0.name, aliases: $0.aliases, title: $0.title, licence: $0.licence)
      },
      recognizes: { locator.recognizes($0) },
      isAtHand: { locator.isAtHand($0) },
      place: { locator.place($0) },
      describe: { try describe($0, try locator.find($0)) },
      make: { name in
        let files = try locator.find(name)
        return PretrainedUpstream(
          description: try describe(name, files),
          load: { try files.load() })
      },
      makeTrainable: { name, engine, trainsFeatureEncoder in
        let files = try locator.find(name)
        return PretrainedTrainable(
          description: try describe(name, files),
          model: try files.train(
            engine: engine, trainsFeatureEncoder: trainsFeatureEncoder))
      })
  }
}
