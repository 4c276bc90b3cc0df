import ArgumentParser
import Diagnostics
import Foundation
import Training
import Weights

/// Where the emissions to decode come from: a file, or a trained head.
struct EmissionSource: ParsableArguments {
  @Argument(help: "A safetensors file; not with --from.")
  var emissions: String?

  @Option(
    help: ArgumentHelp(
      "A checkpoint, or the folder of an experiment, whose emissions are kept.",
      valueName: "checkpoint"))
  var from: String?

  @Option(
    name: [.customShort("t"), .long],
    help: ArgumentHelp("Splits of --from.", valueName: "split,…"))
  var split: NameList?

  @Option(help: "Of what --from keeps: float32 or float16.")
  var precision = Precision.float32

  @Option(
    help: ArgumentHelp(
      "Where --from keeps them; else beside the checkpoint.",
      valueName: "folder"))
  var keep: String?

  @OptionGroup var origin: OriginOptions
  @OptionGroup var shared: BenchmarkOptions

  enum Precision: String, CaseIterable, ExpressibleByArgument {
    case float16, float32
  }

  /// One file of emissions, and what is known of it.
  struct Place {
    var path: String
    /// What stands for --tokens, --blank, --silence and --ref.
    var tokens: String?
    var blank: String?
    var silence: String?
    var references: String?

    var name: String {
      ((path as NSString).lastPathComponent as NSString).deletingPathExtension
    }
  }

  func validate() throws {
    guard (emissions == nil) != (from == nil) else {
      throw ValidationError(
        "a file of emissions or --from CHECKPOINT is needed, and not both")
    }
    guard (from == nil) == (split == nil) else {
      throw ValidationError("--from and --split go together")
    }
  }

  /// Reads the file's own word, or has the head asked.
  func places() throws -> [Place] {
    guard let from else { return [try Self.place(emissions ?? "")] }
    let path = try CheckpointPath.oneToAsk(from)
    let benchmark = try shared.located()
    let head = try TrainedHead(
      path, catalog: shared.catalog(benchmark),
      origin: origin.origin(benchmark))
    return try (split?.names ?? []).map { split in
      let kept = try head.keepEmissions(
        of: split, in: keep ?? head.emissionsFolder,
        halfPrecision: precision == .float16)
      if kept.computed > 0 {
        StandardError.note(
          "\(kept.path): emissions of \(kept.computed) utterances")
      }
      return try Self.place(kept.path)
    }
  }

  /// Files that --from has written say more than others.
  private static func place(_ path: String) throws -> Place {
    var place = Place(path: path)
    let metadata = try SafeTensors(path: path).metadata
    guard let blank = metadata[KeptEmissions.blankKey] else { return place }
    place.blank = blank
    place.silence = metadata[KeptEmissions.silenceKey]
    let folder = (path as NSString).deletingLastPathComponent
    func existing(_ name: String) -> String? {
      let file = (folder as NSString).appendingPathComponent(name)
      return FileManager.default.fileExists(atPath: file) ? file : nil
    }
    place.tokens = existing("tokens.txt")
    place.references = existing(place.name + ".ref")
    return place
  }
}
