import TaskABI

/// Operators on sequences give back the numbers that they were called with,
/// in the order of the contract, offsets and other arrays spelled out.
extension TestEngine {
  private static func echo(
    _ tensors: [OpaquePointer?], _ numbers: [Double]
  ) -> OpaquePointer? {
    let arrays = tensors.compactMap(at)
    guard arrays.count == tensors.count, let first = arrays.first else {
      return nil
    }
    return first.engine.make([numbers.count], numbers.map(Float.init))
  }

  private static func list<T: BinaryInteger>(
    _ pointer: UnsafePointer<T>?, _ count: Int64
  ) -> [Double] {
    (0..<Int(count)).map { Double(pointer![$0]) }
  }

  private static func list(
    _ pointer: UnsafePointer<Float>?, _ count: Int64
  ) -> [Double] {
    (0..<Int(count)).map { Double(pointer![$0]) }
  }

  func fillSequences() {
    table.pointee.gather_rows = { x, rows, count in
      guard let x = TestEngine.at(x) else { return nil }
      let values = (0..<Int(count)).flatMap { index in
        let first = Int(rows![index]) * x.width
        return x.list[first..<first + x.width]
      }
      return x.engine.make([Int(count), x.width], values)
    }
    table.pointee.concat_rows = { parts, count in
      TestEngine.echo((0..<Int(count)).map { parts![$0] }, [Double(count)])
    }
    norms.pointee.normalize_rows = { TestEngine.echo([$0], [$1]) }
    sequences.pointee.segment_statistics = {
      TestEngine.echo([$0], TestEngine.list($1, $2 + 1))
    }
    sequences.pointee.segment_softmax = {
      TestEngine.echo([$0], TestEngine.list($1, $2 + 1))
    }
    sequences.pointee.segment_weighted_sum = {
      TestEngine.echo([$0, $1], TestEngine.list($2, $3 + 1))
    }
    sequences.pointee.attention = { q, k, v, offsets, count, heads, bias in
      TestEngine.echo(
        [q, k, v] + (bias == nil ? [] : [bias]),
        TestEngine.list(offsets, count + 1)
          + [Double(heads), bias == nil ? 0 : 1])
    }
    sequences.pointee.conv1d_offsets = {
      offsets, count, width, stride, padding, dilation, out in
      for index in 0...Int(count) {
        out![index] =
          offsets![index] * 10_000 + width * 1000 + stride * 100
          + padding * 10 + dilation
      }
    }
    sequences.pointee.conv1d = {
      x, offsets, count, weight, bias, stride, padding, dilation, groups in
      TestEngine.echo(
        [x, weight] + (bias == nil ? [] : [bias]),
        TestEngine.list(offsets, count + 1)
          + [stride, padding, dilation, groups].map(Double.init)
          + [bias == nil ? 0 : 1])
    }
    sequences.pointee.splice_linear = {
      x, offsets, count, weight, bias, width, dilation in
      TestEngine.echo(
        [x, weight, bias],
        TestEngine.list(offsets, count + 1)
          + [Double(width), Double(dilation)])
    }
    norms.pointee.batch_norm = {
      TestEngine.echo([$0, $1, $2, $3, $4], [$5, $6])
    }
    norms.pointee.group_norm = {
      TestEngine.echo(
        [$0, $4, $5], TestEngine.list($1, $2 + 1) + [Double($3), $6])
    }
    fillSequenceLosses()
    augmentations.pointee.spec_augment = { x, offsets, count, settings in
      let s = settings!.pointee
      return TestEngine.echo(
        [x],
        TestEngine.list(offsets, count + 1)
          + [
            Double(s.apply_time_warp), Double(s.time_warp_window),
            Double(s.apply_freq_mask), Double(s.freq_mask_width_low),
            Double(s.freq_mask_width_high), Double(s.num_freq_mask),
            Double(s.apply_time_mask), Double(s.time_mask_width_low),
            Double(s.time_mask_width_high), Double(s.num_time_mask),
            Double(s.adaptive), s.adaptive_number_ratio,
            s.adaptive_size_ratio, Double(s.max_n_time_masks),
          ])
    }
  }

  private func fillSequenceLosses() {
    losses.pointee.ctc_loss = {
      x, offsets, count, targets, bounds, blank, zero in
      TestEngine.echo(
        [x],
        TestEngine.list(offsets, count + 1)
          + TestEngine.list(targets, bounds![Int(count)])
          + TestEngine.list(bounds, count + 1) + [Double(blank), Double(zero)])
    }
    losses.pointee.bce_with_logits = {
      TestEngine.echo([$0], TestEngine.list($1, $2))
    }
    losses.pointee.pit_bce = { x, labels, offsets, count, permutations in
      guard let logits = TestEngine.at(x) else { return nil }
      for index in 0..<Int(count) * logits.width {
        permutations![index] = Int32(index)
      }
      return TestEngine.echo(
        [x],
        TestEngine.list(labels, Int64(logits.count))
          + TestEngine.list(offsets, count + 1))
    }
    losses.pointee.am_softmax = {
      TestEngine.echo([$0, $1], TestEngine.list($2, $3) + [$4, $5])
    }
    losses.pointee.aam_softmax = {
      TestEngine.echo([$0, $1], TestEngine.list($2, $3) + [$4, $5])
    }
  }
}
