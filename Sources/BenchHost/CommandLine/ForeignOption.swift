/// An option of s3prl's that has no meaning on this engine. docs/coming-from.md
/// says the same of each.
struct ForeignOption {
  /// With dashes.
  let names: [String]
  let takesValue: Bool
  /// Why it has none.
  let reason: String
  /// What to do instead, where results would not be what was asked for; nil
  /// where it can be left out.
  var refused: String?

  static let all = [
    ForeignOption(
      names: ["--device"], takesValue: true,
      reason: "heads are trained on the processor"),
    ForeignOption(
      names: ["--disable-cudnn"], takesValue: false,
      reason: "there is no cuDNN here, and every run is deterministic"),
    ForeignOption(
      names: ["--backend", "--local-rank"], takesValue: true,
      reason: "a cell is one process; cells run side by side with --jobs"),
    ForeignOption(
      names: ["--verbose"], takesValue: false,
      reason: "log.log lists what is trained"),
    ForeignOption(
      names: ["--hub"], takesValue: true,
      reason: "an upstream's name says where it comes from"),
    ForeignOption(
      names: ["-r", "--upstream-refresh"], takesValue: false,
      reason: "weights are known by their contents, and a new file is noticed"),
    ForeignOption(
      names: ["--cache-dir"], takesValue: true,
      reason: "SUPERB_CACHE_DIR or benchmark.yaml's cache names the place"),
    ForeignOption(
      names: ["-k", "--upstream-ckpt"], takesValue: true,
      reason: "an upstream is named by its folder or file",
      refused: "name it itself: -u PATH"),
    ForeignOption(
      names: ["-g", "--upstream-model-config"], takesValue: true,
      reason: "an upstream's configuration lies beside its weights",
      refused: "name the folder of both: -u PATH"),
    ForeignOption(
      names: ["--upstream-model-name", "--upstream-revision"],
      takesValue: true, reason: "a hub model is named with its revision",
      refused: "superb upstreams --help says how"),
    ForeignOption(
      names: ["--push-to-hf-hub", "--hf-hub-org"], takesValue: true,
      reason: "nothing is sent anywhere",
      refused: "upload the run's folder yourself"),
  ]
}
