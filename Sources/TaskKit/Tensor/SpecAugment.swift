import TaskABI

/// Settings of SpecAugment (Park et al., Interspeech 2019): time warp, then
/// frequency masks, then time masks, in training alone. Names and defaults
/// are s3prl's.
public struct SpecAugment: Sendable, Equatable {
  /// Masks along one axis: how many an utterance gets, and their width, drawn
  /// from `widths`.
  public struct Masks: Sendable, Equatable {
    public var widths: Range<Int>
    public var number: Int

    public init(widths: Range<Int>, number: Int) {
      self.widths = widths
      self.number = number
    }
  }

  /// Number and width of time masks in proportion to the longest utterance of
  /// the batch.
  public struct Adaptive: Sendable, Equatable {
    public var numberRatio = 0.04
    public var sizeRatio = 0.04
    public var mostMasks = 20

    public init() {}
  }

  /// How many frames a frame may be moved; nil for no time warp.
  public var timeWarpWindow: Int? = 5
  public var frequencyMasks: Masks? = Masks(widths: 0..<20, number: 2)
  public var timeMasks: Masks? = Masks(widths: 0..<100, number: 2)
  public var adaptive: Adaptive?

  public init() {}

  /// Reads the section at `path`: apply_time_warp, time_warp_window,
  /// time_warp_mode, apply_freq_mask, freq_mask_width_range, num_freq_mask,
  /// apply_time_mask, time_mask_width_range, num_time_mask, adaptive,
  /// adaptive_number_ratio, adaptive_size_ratio, max_n_time_masks. A range is
  /// [low, high), or one number for [0, number).
  public init(_ path: String, of config: TaskConfiguration) throws {
    self.init()
    func key(_ name: String) -> String { path + "." + name }
    _ = try config.choice(
      key("time_warp_mode"), of: ["bicubic"], default: "bicubic")
    let window = try config.integer(
      key("time_warp_window"), default: 5, atLeast: 0)
    timeWarpWindow =
      try config.bool(key("apply_time_warp"), default: true) ? window : nil
    func masks(_ axis: String, default widths: Range<Int>) throws -> Masks? {
      let masks = Masks(
        widths: try Self.widths(
          key(axis + "_mask_width_range"), of: config, default: widths),
        number: try config.integer(
          key("num_" + axis + "_mask"), default: 2, atLeast: 0))
      let applies = try config.bool(
        key("apply_" + axis + "_mask"), default: true)
      return applies ? masks : nil
    }
    frequencyMasks = try masks("freq", default: 0..<20)
    timeMasks = try masks("time", default: 0..<100)
    var ratios = Adaptive()
    ratios.numberRatio = try config.number(
      key("adaptive_number_ratio"), default: ratios.numberRatio)
    ratios.sizeRatio = try config.number(
      key("adaptive_size_ratio"), default: ratios.sizeRatio)
    ratios.mostMasks = try config.integer(
      key("max_n_time_masks"), default: ratios.mostMasks, atLeast: 0)
    for (name, ratio) in [
      ("adaptive_number_ratio", ratios.numberRatio),
      ("adaptive_size_ratio", ratios.sizeRatio),
    ] where !(0...1).contains(ratio) {
      throw config.invalid(key(name), "must be from 0 to 1, not \(ratio)")
    }
    adaptive =
      try config.bool(key("adaptive"), default: false) ? ratios : nil
  }

  private static func widths(
    _ path: String, of config: TaskConfiguration, default range: Range<Int>
  ) throws -> Range<Int> {
    guard config.has(path) else { return range }
    let ends: [Int]
    if let high = try? config.integer(path, default: 0) {
      ends = [0, high]
    } else {
      ends = try config.integers(path, default: [])
    }
    guard ends.count == 2, ends[0] >= 0, ends[0] < ends[1] else {
      throw config.invalid(path, "must be two widths, the first smaller")
    }
    return ends[0]..<ends[1]
  }

  var table: superb_spec_augment {
    var table = superb_spec_augment()
    table.struct_size = sizeField(of: superb_spec_augment.self)
    if let timeWarpWindow {
      table.apply_time_warp = 1
      table.time_warp_window = Int64(timeWarpWindow)
    }
    if let masks = frequencyMasks {
      table.apply_freq_mask = 1
      table.freq_mask_width_low = Int64(masks.widths.lowerBound)
      table.freq_mask_width_high = Int64(masks.widths.upperBound)
      table.num_freq_mask = Int64(masks.number)
    }
    if let masks = timeMasks {
      table.apply_time_mask = 1
      table.time_mask_width_low = Int64(masks.widths.lowerBound)
      table.time_mask_width_high = Int64(masks.widths.upperBound)
      table.num_time_mask = Int64(masks.number)
    }
    if let adaptive {
      table.adaptive = 1
      table.adaptive_number_ratio = adaptive.numberRatio
      table.adaptive_size_ratio = adaptive.sizeRatio
      table.max_n_time_masks = Int64(adaptive.mostMasks)
    }
    return table
  }
}
