import Configuration
import Diagnostics
import Tensors

/// The `specaug` section of a task's configuration; s3prl's names and defaults.
extension SpecAugment {
  private static let section = "specaug"
  private static let keys = [
    "adaptive", "adaptive_number_ratio", "adaptive_size_ratio",
    "max_n_time_masks", "apply_time_warp", "apply_time_mask",
    "apply_freq_mask", "time_warp_window", "time_warp_mode",
    "time_mask_width_range", "freq_mask_width_range", "num_freq_mask",
    "num_time_mask",
  ]
  private static let mostMasks = 10_000
  private static let longest = 1_000_000

  /// Nil if there is no such section: features stay as they are.
  ///
  /// - Parameter root: a task's whole configuration.
  /// - Throws: `UserError` for an unknown key and for what cannot be used.
  package init?(section root: ConfigValue) throws {
    guard let section = try root.value(at: Self.section) else { return nil }
    try root.checkKeys(known: Self.keys, at: Self.section)
    let mode = try section.string(at: "time_warp_mode", default: "bicubic")
    guard mode == "bicubic" else {
      throw UserError(
        "specaug.time_warp_mode is '\(mode)', only bicubic is available",
        at: try section.value(at: "time_warp_mode")?.mark?.description)
    }
    func count(_ key: String, _ fallback: Int, most: Int) throws -> Int {
      try root.int(
        at: "\(Self.section).\(key)", in: 0...most, default: fallback)
    }
    func ratio(_ key: String) throws -> Double {
      try root.double(
        at: "\(Self.section).\(key)", "a number from 0 to 1",
        where: { (0...1).contains($0) }) ?? 0.04
    }
    func masks(_ axis: String, _ high: Int) throws -> Masks? {
      let masks = Masks(
        widths: try Self.widths(
          root, "\(Self.section).\(axis)_mask_width_range", default: 0..<high),
        number: try count("num_\(axis)_mask", 2, most: Self.mostMasks))
      let applies = try section.bool(
        at: "apply_\(axis)_mask", default: true)
      return applies ? masks : nil
    }
    let window = try count("time_warp_window", 5, most: Self.longest)
    let adaptive = Adaptive(
      numberRatio: try ratio("adaptive_number_ratio"),
      sizeRatio: try ratio("adaptive_size_ratio"),
      mostMasks: try count("max_n_time_masks", 20, most: Self.mostMasks))
    self.init(
      timeWarpWindow: try section.bool(at: "apply_time_warp", default: true)
        ? window : nil,
      frequencyMasks: try masks("freq", 20),
      timeMasks: try masks("time", 100),
      adaptive: try section.bool(at: "adaptive", default: false)
        ? adaptive : nil)
  }

  /// [low, high], the second not among them, or one number for [0, number].
  private static func widths(
    _ root: ConfigValue, _ path: String, default range: Range<Int>
  ) throws -> Range<Int> {
    guard let value = try root.value(at: path) else { return range }
    let ends: [Int]
    if case .integer = value.kind {
      ends = [0, try root.int(at: path)]
    } else {
      ends = try root.ints(at: path)
    }
    guard ends.count == 2, ends[0] >= 0, ends[0] < ends[1],
      ends[1] <= longest
    else {
      throw UserError(
        "\(path) must be two widths from 0 to \(longest), the first smaller",
        at: value.mark?.description)
    }
    return ends[0]..<ends[1]
  }
}
