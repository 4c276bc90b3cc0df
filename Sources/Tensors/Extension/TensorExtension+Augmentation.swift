import TaskABI

extension TensorExtension {
  /// "superb.augmentation/1". Constant; lives as long as the process.
  package nonisolated(unsafe) static let augmentation =
    lasting(superb_augmentation_api(), \.struct_size) { api in
      api.spec_augment = { x, offsets, count, settings in
        unary(x) { engine, x in
          try engine.specAugment(
            x, offsets: bounds("spec_augment", offsets, count),
            SpecAugment(contract: settings))
        }
      }
    }
}

extension SpecAugment {
  /// As a task describes it.
  fileprivate init(contract: UnsafePointer<superb_spec_augment>?) throws {
    let whole = MemoryLayout<superb_spec_augment>.size
    guard let contract, Int(contract.pointee.struct_size) >= whole else {
      throw OperatorError(
        "spec_augment",
        "superb_spec_augment is null or has a wrong struct_size")
    }
    let settings = contract.pointee
    func masks(_ low: Int64, _ high: Int64, _ number: Int64) throws -> Masks {
      try require(
        low >= 0 && low <= high && high < Int64(Int32.max) && number >= 0
          && number < Int64(Int16.max), "spec_augment",
        "\(number) masks of width [\(low), \(high))")
      return Masks(widths: Int(low)..<Int(high), number: Int(number))
    }
    self.init(
      timeWarpWindow: settings.apply_time_warp == 0
        ? nil : Int(clamping: settings.time_warp_window),
      frequencyMasks: settings.apply_freq_mask == 0
        ? nil
        : try masks(
          settings.freq_mask_width_low, settings.freq_mask_width_high,
          settings.num_freq_mask),
      timeMasks: settings.apply_time_mask == 0
        ? nil
        : try masks(
          settings.time_mask_width_low, settings.time_mask_width_high,
          settings.num_time_mask),
      adaptive: settings.adaptive == 0
        ? nil
        : Adaptive(
          numberRatio: settings.adaptive_number_ratio,
          sizeRatio: settings.adaptive_size_ratio,
          mostMasks: Int(clamping: settings.max_n_time_masks)))
  }
}
