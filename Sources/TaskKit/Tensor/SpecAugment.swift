import TaskABI

/// Settings of SpecAugment (Park et al., Interspeech 2019): time warp, then
/// frequency masks, then time masks, in training alone. Names and defaults
/// are s3prl's.
public struct SpecAugment: Sendable, Equatable {
  /// Masks along one axis: how many an utterance gets, and their width, drawn
  /// from `widths`.
  public struct Masks: Sendable, Equatable {
    /// In frames or channels.
    public var widths: Range<Int>
    /// Masks an utterance.
    public var number: Int

    /// Masks of these widths, so many an utterance.
    public init(widths: Range<Int>, number: Int) {
      self.widths = widths
      self.number = number
    }
  }

  /// Number and width of time masks in proportion to the longest utterance of
  /// the batch.
  public struct Adaptive: Sendable, Equatable {
    /// Masks a frame of the longest utterance, 0 … 1.
    public var numberRatio = 0.04
    /// The widest mask as a fraction of the longest utterance, 0 … 1.
    public var sizeRatio = 0.04
    /// How many masks there are at the most.
    public var mostMasks = 20

    /// s3prl's defaults.
    public init() {}
  }

  /// How many frames a frame may be moved; nil for no time warp.
  public var timeWarpWindow: Int? = 5
  /// Runs of channels that are set to 0; nil for none.
  public var frequencyMasks: Masks? = Masks(widths: 0..<20, number: 2)
  /// Runs of frames that are set to 0; nil for none.
  public var timeMasks: Masks? = Masks(widths: 0..<100, number: 2)
  /// Replaces number and width of time masks if it is there.
  public var adaptive: Adaptive?

  /// s3prl's defaults.
  public init() {}

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
