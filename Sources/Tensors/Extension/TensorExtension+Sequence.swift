import TaskABI

extension TensorExtension {
  static func setSequences(_ api: inout superb_tensor_api) {
    setConvolutions(&api)
    setNorms(&api)
    setPooling(&api)
    setSequenceLosses(&api)
    setMarginLosses(&api)
    api.spec_augment = { x, offsets, count, settings in
      unary(x) { engine, x in
        let name = "spec_augment"
        return try engine.specAugment(
          x, offsets: bounds(name, offsets, count),
          SpecAugment(contract: settings))
      }
    }
  }

  private static func setConvolutions(_ api: inout superb_tensor_api) {
    api.conv1d_offsets = {
      offsets, count, width, stride, padding, dilation, out in
      guard let out,
        let offsets = try? bounds("conv1d_offsets", offsets, count)
      else { return }
      let made = Engine.convolutionOffsets(
        offsets, width: Int(clamping: width), stride: Int(clamping: stride),
        padding: Int(clamping: padding), dilation: Int(clamping: dilation))
      for (index, offset) in made.enumerated() { out[index] = Int64(offset) }
    }
    api.conv1d = {
      x, offsets, count, weight, bias, stride, padding, dilation, groups in
      binary(x, weight) { engine, x, weight in
        try engine.conv1d(
          x, offsets: bounds("conv1d", offsets, count), weight: weight,
          bias: Node.behind(bias), stride: Int(clamping: stride),
          padding: Int(clamping: padding), dilation: Int(clamping: dilation),
          groups: Int(clamping: groups))
      }
    }
    api.splice_linear = { x, offsets, count, weight, bias, width, dilation in
      binary(x, weight) { engine, x, weight in
        try engine.spliceLinear(
          x, offsets: bounds("splice_linear", offsets, count),
          weight: weight, bias: Node.behind(bias),
          width: Int(clamping: width), dilation: Int(clamping: dilation))
      }
    }
    api.attention = { q, k, v, offsets, count, heads, bias in
      guard let v = Node.behind(v) else { return nil }
      return binary(q, k) { engine, q, k in
        try engine.attention(
          q, k, v, offsets: bounds("attention", offsets, count),
          heads: Int(clamping: heads), bias: Node.behind(bias))
      }
    }
  }

  private static func setNorms(_ api: inout superb_tensor_api) {
    api.batch_norm = { x, gamma, beta, mean, variance, momentum, epsilon in
      guard let beta = Node.behind(beta), let mean = Node.behind(mean),
        let variance = Node.behind(variance)
      else { return nil }
      return binary(x, gamma) { engine, x, gamma in
        try engine.batchNorm(
          x, gamma: gamma, beta: beta, runningMean: mean,
          runningVariance: variance, momentum: momentum, epsilon: epsilon)
      }
    }
    api.group_norm = { x, offsets, count, groups, gamma, beta, epsilon in
      guard let beta = Node.behind(beta) else { return nil }
      return binary(x, gamma) { engine, x, gamma in
        try engine.groupNorm(
          x, offsets: bounds("group_norm", offsets, count),
          groups: Int(clamping: groups), gamma: gamma, beta: beta,
          epsilon: epsilon)
      }
    }
    api.normalize_rows = { x, epsilon in
      unary(x) { try $0.normalizeRows($1, epsilon: epsilon) }
    }
  }

  private static func setPooling(_ api: inout superb_tensor_api) {
    api.gather_rows = { x, rows, count in
      unary(x) { engine, x in
        try engine.gatherRows(x, rows: numbers("gather_rows", rows, count))
      }
    }
    api.concat_rows = { parts, count in
      guard let nodes = nodes(parts, count), let first = nodes.first else {
        return nil
      }
      let engine = first.engine
      return engine.handle { try engine.concatRows(nodes) }
    }
    api.segment_statistics = { x, offsets, count in
      unary(x) { engine, x in
        try engine.segmentStatistics(
          x, offsets: bounds("segment_statistics", offsets, count))
      }
    }
    api.segment_softmax = { x, offsets, count in
      unary(x) { engine, x in
        try engine.segmentSoftmax(
          x, offsets: bounds("segment_softmax", offsets, count))
      }
    }
    api.segment_weighted_sum = { x, weights, offsets, count in
      binary(x, weights) { engine, x, weights in
        try engine.segmentWeightedSum(
          x, weights: weights,
          offsets: bounds("segment_weighted_sum", offsets, count))
      }
    }
  }

  private static func setSequenceLosses(_ api: inout superb_tensor_api) {
    api.ctc_loss = {
      x, offsets, count, targets, targetOffsets, blank, zeroInfinity in
      unary(x) { engine, x in
        let name = "ctc_loss"
        let offsets = try bounds(name, offsets, count)
        let bounds = try bounds(name, targetOffsets, count)
        return try engine.ctcLoss(
          x, offsets: offsets,
          targets: zip(bounds, bounds.dropFirst()).map { start, end in
            guard start >= 0, start <= end, end < Int(Int32.max) else {
              throw OperatorError(
                name, "targets run from \(start) to \(end)")
            }
            return try values(
              name, targets.map { $0 + start }, Int64(end - start))
          }, blank: blank, zeroInfinity: zeroInfinity != 0)
      }
    }
    api.bce_with_logits = { logits, targets, count in
      unary(logits) { engine, logits in
        let name = "bce_with_logits"
        try requireCount(name, count, logits.count, logits)
        return try engine.bceWithLogits(
          logits, targets: values(name, targets, count))
      }
    }
    api.pit_bce = { logits, labels, offsets, count, permutations in
      unary(logits) { engine, logits in
        let name = "pit_bce"
        let (loss, matched) = try engine.pitBCE(
          logits, labels: values(name, labels, Int64(logits.count)),
          offsets: bounds(name, offsets, count))
        if let permutations {
          for (index, label) in matched.enumerated() {
            permutations[index] = label
          }
        }
        return loss
      }
    }
  }

  private static func setMarginLosses(_ api: inout superb_tensor_api) {
    api.am_softmax = { x, weight, labels, count, scale, margin in
      binary(x, weight) { engine, x, weight in
        try requireCount("am_softmax", count, x.shape.rows, x)
        return try engine.amSoftmax(
          x, weight: weight, labels: values("am_softmax", labels, count),
          scale: scale, margin: margin)
      }
    }
    api.aam_softmax = { x, weight, labels, count, scale, margin in
      binary(x, weight) { engine, x, weight in
        try requireCount("aam_softmax", count, x.shape.rows, x)
        return try engine.aamSoftmax(
          x, weight: weight, labels: values("aam_softmax", labels, count),
          scale: scale, margin: margin)
      }
    }
  }
}

/// A copy of what a task passes by address and number.
private func values<T>(
  _ name: String, _ pointer: UnsafePointer<T>?, _ count: Int64
) throws -> [T] {
  guard count >= 0, count < Int64(Int32.max), pointer != nil || count == 0
  else {
    throw OperatorError(name, "no array of \(count) numbers")
  }
  return Array(UnsafeBufferPointer(start: pointer, count: Int(count)))
}

/// The `count` + 1 numbers between which `count` utterances lie.
private func bounds(
  _ name: String, _ pointer: UnsafePointer<Int64>?, _ count: Int64
) throws -> [Int] {
  guard count >= 0, count < Int64(Int32.max) else {
    throw OperatorError(name, "no offsets for \(count) utterances")
  }
  return try numbers(name, pointer, count + 1)
}

/// A copy of offsets or row numbers.
private func numbers(
  _ name: String, _ pointer: UnsafePointer<Int64>?, _ count: Int64
) throws -> [Int] {
  try values(name, pointer, count).map { Int(clamping: $0) }
}

/// Refuses an array that would be read past its end.
private func requireCount(
  _ name: String, _ count: Int64, _ wanted: Int, _ x: Node
) throws {
  guard count == Int64(wanted) else {
    throw OperatorError(
      name, "x is \(x.shape), and there are \(count) labels or targets")
  }
}

extension SpecAugment {
  /// As a task describes it.
  fileprivate init(
    contract: UnsafePointer<superb_spec_augment>?
  ) throws {
    let whole = MemoryLayout<superb_spec_augment>.size
    guard let contract, Int(contract.pointee.struct_size) >= whole else {
      throw OperatorError(
        "spec_augment",
        "superb_spec_augment is null or has a wrong struct_size")
    }
    let settings = contract.pointee
    func masks(_ low: Int64, _ high: Int64, _ number: Int64) throws -> Masks {
      guard low >= 0, low <= high, high < Int64(Int32.max), number >= 0,
        number < Int64(Int16.max)
      else {
        throw OperatorError(
          "spec_augment", "\(number) masks of width [\(low), \(high))")
      }
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
