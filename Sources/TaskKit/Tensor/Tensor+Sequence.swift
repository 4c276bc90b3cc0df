import TaskABI

// Packed: a tensor [offsets.last, D] holds utterances behind one another,
// utterance i in the rows offsets[i] ..< offsets[i + 1].
extension Tensor {
  // MARK: Rows by number

  /// [V, D] -> [rows.count, D]; numbers may repeat.
  public func gatheringRows(_ rows: [Int]) -> Tensor {
    with(
      coreAPI.gather_rows?(
        handle, rows.map(Int64.init), Int64(rows.count)))
  }

  /// [N0, D], [N1, D], … -> [N0 + N1 + …, D], this one first.
  public func concatenatingRows(_ others: [Tensor]) -> Tensor {
    let parts = [handle] + others.map(\.handle)
    return with(coreAPI.concat_rows?(parts, Int64(parts.count)))
  }

  /// Each row divided by its L2 norm, at least `epsilon`.
  public func normalizedRows(epsilon: Double = 1e-12) -> Tensor {
    with(normalizationAPI.normalize_rows?(handle, epsilon))
  }

  // MARK: Over each utterance's rows

  /// Packed -> [utterances, 2 · D]: the mean of each utterance's rows, then
  /// their unbiased standard deviation, NaN if there is but one row.
  public func segmentStatistics(_ offsets: [Int64]) -> Tensor {
    with(
      sequenceAPI.segment_statistics?(
        handle, offsets, Int64(offsets.count - 1)))
  }

  /// Packed [Σ, 1] -> [Σ, 1]: softmax over each utterance's rows.
  public func segmentSoftmax(_ offsets: [Int64]) -> Tensor {
    with(
      sequenceAPI.segment_softmax?(
        handle, offsets, Int64(offsets.count - 1)))
  }

  /// Packed -> [utterances, D]: the sum of each utterance's rows, each times
  /// its weight, [Σ, 1].
  public func segmentWeightedSum(
    _ weights: Tensor, _ offsets: [Int64]
  ) -> Tensor {
    with(
      sequenceAPI.segment_weighted_sum?(
        handle, weights.handle, offsets, Int64(offsets.count - 1)))
  }

  /// This tensor's queries on `keys` and `values` within each utterance, all
  /// packed [Σ, D] with `heads` heads side by side; `bias` [heads, T, T], T
  /// the longest utterance, is added to the scores. -> [Σ, D]
  public func attention(
    keys: Tensor, values: Tensor, _ offsets: [Int64], heads: Int,
    bias: Tensor? = nil
  ) -> Tensor {
    // A null bias means "none" to the host: a failed one must not pass.
    if let bias, bias.isNull { return bias }
    return with(
      sequenceAPI.attention?(
        handle, keys.handle, values.handle, offsets,
        Int64(offsets.count - 1), Int64(heads), bias?.handle))
  }

  /// SpecAugment in training; itself in evaluation.
  public func specAugment(
    _ settings: SpecAugment, _ offsets: [Int64]
  ) -> Tensor {
    var table = settings.table
    return with(
      augmentationAPI.spec_augment?(
        handle, offsets, Int64(offsets.count - 1), &table))
  }

  // MARK: Losses, each of rank 0

  /// Connectionist temporal classification of packed log probabilities
  /// [Σ, C]: each utterance's loss over max(target length, 1), then the mean.
  ///
  /// - Parameters:
  ///   - targets: each utterance's symbols, none of them the blank.
  ///   - zeroInfinity: an utterance with too few frames for its target counts
  ///     as 0; else its loss is infinite.
  public func ctcLoss(
    _ targets: [[Int]], _ offsets: [Int64], blank: Int = 0,
    zeroInfinity: Bool = true
  ) -> Tensor {
    // The host reads a target for each utterance.
    guard targets.count == offsets.count - 1 else { return with(nil) }
    var bounds: [Int64] = [0]
    for target in targets {
      bounds.append(bounds[bounds.count - 1] + Int64(target.count))
    }
    return with(
      lossAPI.ctc_loss?(
        handle, offsets, Int64(targets.count),
        targets.joined().map { Int32(clamping: $0) }, bounds,
        Int32(clamping: blank), zeroInfinity ? 1 : 0))
  }

  /// The mean binary cross-entropy of logits against as many targets.
  public func bceWithLogits(_ targets: [Float]) -> Tensor {
    with(lossAPI.bce_with_logits?(handle, targets, Int64(targets.count)))
  }

  /// Permutation-invariant binary cross-entropy of packed logits [Σ, S]
  /// against labels [Σ, S], S ≤ 4 speakers: the mean over speakers under each
  /// utterance's best permutation, summed over rows, over Σ.
  ///
  /// - Returns: the loss, and for each utterance which label each output was
  ///   matched with.
  public func pitBCE(
    _ labels: [Float], _ offsets: [Int64]
  ) -> (loss: Tensor, permutations: [[Int]]) {
    let count = max(offsets.count - 1, 0)
    let speakers = shape.last ?? 0
    guard labels.count == shape.reduce(1, *) else { return (with(nil), []) }
    var matched = [Int32](repeating: 0, count: count * speakers)
    let loss = with(
      lossAPI.pit_bce?(handle, labels, offsets, Int64(count), &matched))
    guard !loss.isNull else { return (loss, []) }
    return (
      loss,
      (0..<count).map { index in
        matched[index * speakers..<(index + 1) * speakers].map(Int.init)
      }
    )
  }

  /// Additive margin softmax of [N, D] and weight [D, S]: the cross-entropy
  /// of scaled cosines, the true one less `margin`.
  public func amSoftmax(
    weight: Tensor, _ labels: [Int], scale: Double, margin: Double
  ) -> Tensor {
    with(
      lossAPI.am_softmax?(
        handle, weight.handle, labels.map { Int32(clamping: $0) },
        Int64(labels.count), scale, margin))
  }

  /// Additive angular margin softmax of [N, D] and weight [D, S]: the
  /// cross-entropy of scaled cosines, `margin` added to the true one's angle.
  public func aamSoftmax(
    weight: Tensor, _ labels: [Int], scale: Double, margin: Double
  ) -> Tensor {
    with(
      lossAPI.aam_softmax?(
        handle, weight.handle, labels.map { Int32(clamping: $0) },
        Int64(labels.count), scale, margin))
  }

  /// How many rows utterances have after a convolution with this tensor's
  /// host, as offsets.
  func convolutionOffsets(
    _ offsets: [Int64], width: Int, stride: Int = 1, padding: Int = 0,
    dilation: Int = 1
  ) -> [Int64] {
    var made = [Int64](repeating: 0, count: offsets.count)
    sequenceAPI.conv1d_offsets?(
      offsets, Int64(offsets.count - 1), Int64(width), Int64(stride),
      Int64(padding), Int64(dilation), &made)
    return made
  }
}
