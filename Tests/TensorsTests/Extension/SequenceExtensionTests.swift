import Kernels
import TaskABI
import Testing

@testable import Tensors

/// The contract's operators on sequences, called as a task in C calls them.
@Suite struct SequenceExtensionTests {
  let host: TensorHost
  let contract: UnsafeMutablePointer<superb_host>
  let api = TensorExtension.core.pointee
  let sequence = TensorExtension.sequence.pointee
  let normalization = TensorExtension.normalization.pointee
  let losses = TensorExtension.loss.pointee
  let augmentation = TensorExtension.augmentation.pointee

  init() {
    host = TensorHost(engine: Engine(threads: 2, seed: 3))
    contract = .allocate(capacity: 1)
    var table = superb_host()
    table.context = host.context
    contract.initialize(to: table)
  }

  var engine: Engine { host.engine }

  func constant(_ values: [Float], _ shape: [Int64]) -> OpaquePointer? {
    api.constant(contract, values, Int32(shape.count), shape)
  }

  func values(_ x: OpaquePointer?) -> [Float] {
    Node.behind(x).map { Array($0.values) } ?? []
  }

  var settings: superb_spec_augment {
    var settings = superb_spec_augment()
    settings.struct_size = UInt32(MemoryLayout<superb_spec_augment>.size)
    settings.apply_freq_mask = 1
    (settings.freq_mask_width_low, settings.freq_mask_width_high) = (2, 3)
    settings.num_freq_mask = 1
    return settings
  }

  @Test func operatorsGiveWhatTheContractSays() {
    let x = constant([1, 2, 3, 4, 5, 6, 7, 9], [4, 2])
    let column = constant([1, 1, 2, 0], [4, 1])
    let ones = constant([1, 1], [2])
    let zeros = constant([0, 0], [2])
    let offsets: [Int64] = [0, 2, 4]
    #expect(values(api.gather_rows(x, [3, 0], 2)) == [7, 9, 1, 2])
    #expect(values(api.concat_rows([x, x], 2)).count == 16)
    #expect(
      values(sequence.segment_statistics(x, [0, 4], 1)).prefix(2) == [4, 5.25])
    #expect(
      values(sequence.segment_softmax(column, offsets, 2)).prefix(2)
        == [0.5, 0.5])
    #expect(
      values(sequence.segment_weighted_sum(x, column, offsets, 2))
        == [4, 6, 10, 12])
    #expect(
      values(normalization.normalize_rows(constant([3, 4], [1, 2]), 1e-12))
        == [0.6, 0.8])
    var made: [Int64] = [9, 9, 9]
    sequence.conv1d_offsets(offsets, 2, 2, 1, 0, 1, &made)
    #expect(made == [0, 1, 2])
    let adds = constant([1, 1, 1, 1], [1, 4])
    #expect(
      values(sequence.splice_linear(x, offsets, 2, adds, nil, 2, 1)) == [
        10, 27,
      ])
    let taps = constant([1, 1, 1, 1], [1, 2, 2])
    #expect(
      values(
        sequence.conv1d(x, offsets, 2, taps, constant([1], [1]), 1, 0, 1, 1))
        == [11, 28])
    let same = constant([1, 1, 1, 1, 1, 1, 1, 1], [4, 2])
    #expect(
      values(sequence.attention(same, same, x, offsets, 2, 2, nil))
        == [2, 3, 2, 3, 6, 7.5, 6, 7.5])
    var plan = settings
    engine.evaluating {
      #expect(
        values(normalization.batch_norm(x, ones, zeros, zeros, ones, 0.1, 0))
          == values(x))
      #expect(
        values(
          normalization.group_norm(x, [0, 1, 2, 3, 4], 4, 1, ones, zeros, 0)
        ).prefix(2) == [-1, 1])
      #expect(augmentation.spec_augment(x, offsets, 2, &plan) == x)
    }
    // Masks as wide as the two columns start at the first one.
    #expect(
      values(augmentation.spec_augment(x, offsets, 2, &plan)).allSatisfy {
        $0 == 0
      })
    #expect(engine.takeFailure() == nil)
  }

  @Test func lossesGiveWhatTheContractSays() {
    let half = Float(0.5).logarithm
    let logs = constant([half, half, half, half], [2, 2])
    // Of four paths three collapse to the target.
    let ctc = losses.ctc_loss(logs, [0, 2], 1, [9, 1], [1, 2], 0, 0)
    #expect(abs(values(ctc)[0] + Float(0.75).logarithm) < 1e-6)
    let logits = constant([9, -9, -9, 9], [2, 2])
    var matched: [Int32] = [7, 7]
    let pit = losses.pit_bce(logits, [0, 1, 1, 0], [0, 2], 1, &matched)
    #expect(matched == [1, 0])
    #expect(values(pit)[0] < 1e-3)
    #expect(
      values(losses.pit_bce(logits, [0, 1, 1, 0], [0, 2], 1, nil))
        == values(pit))
    #expect(
      abs(values(losses.bce_with_logits(logits, [1, 0, 1, 0], 4))[0] - 4.5)
        < 1e-3)
    let x = constant([2, 0], [1, 2])
    let weight = constant([1, 0, 0, 1], [2, 2])
    // log(1 + e^-s(cos - margin))
    for loss in [
      losses.am_softmax(x, weight, [0], 1, 2, 0),
      losses.aam_softmax(x, weight, [0], 1, 2, 0),
    ] {
      #expect(abs(values(loss)[0] - 0.1269280) < 1e-6)
    }
    #expect(engine.takeFailure() == nil)
  }

  @Test func wrongArgumentsAreFailuresNotTraps() {
    let x = constant(draws(6), [3, 2])
    let w = constant(draws(4), [2, 2])
    let row = constant(draws(2), [2])
    var small = settings
    small.struct_size = 4
    var wide = settings
    wide.freq_mask_width_low = .min
    var slow = settings
    (slow.apply_time_warp, slow.time_warp_window) = (1, -1)
    let good: [Int64] = [0, 3]
    let calls: [() -> OpaquePointer?] = [
      { api.gather_rows(x, [3], 1) }, { api.gather_rows(x, [-1], 1) },
      { api.gather_rows(x, nil, 1) }, { api.gather_rows(x, [.max], .max) },
      { api.gather_rows(row, [0], 1) },
      { api.concat_rows([x, row], 2) },
      { api.concat_rows([x, constant([1], [1, 1])], 2) },
      { sequence.segment_statistics(x, [0, 2], 1) },
      { sequence.segment_statistics(x, [0, 0, 3], 2) },
      { sequence.segment_statistics(x, nil, 1) },
      { sequence.segment_statistics(x, [0], -1) },
      { sequence.segment_softmax(x, good, 1) },
      { sequence.segment_softmax(x, good, .max) },
      { sequence.segment_weighted_sum(x, w, good, 1) },
      { sequence.segment_weighted_sum(x, x, [0, 4, 3], 2) },
      { sequence.conv1d(x, good, 1, w, nil, 1, 0, 1, 1) },
      {
        sequence.conv1d(
          x, good, 1, constant([1, 1], [1, 2, 1]), w, 1, 0, 1, 1)
      },
      {
        sequence.conv1d(
          x, good, 1, constant([1, 1], [1, 2, 1]), nil, 0, 0, 1, 1)
      },
      {
        sequence.conv1d(
          x, good, 1, constant([1, 1], [1, 1, 2]), nil, 1, 0, 1, 2)
      },
      { sequence.splice_linear(x, good, 1, w, nil, 3, 1) },
      { sequence.splice_linear(x, good, 1, w, nil, 0, 1) },
      { sequence.splice_linear(x, good, 1, w, nil, 1, .min) },
      { sequence.attention(x, x, w, good, 1, 1, nil) },
      { sequence.attention(x, x, x, good, 1, 3, nil) },
      { sequence.attention(x, x, x, good, 1, 0, nil) },
      { sequence.attention(x, x, x, good, 1, 1, w) },
      { normalization.batch_norm(x, row, row, row, w, 0.1, 1e-5) },
      {
        normalization.batch_norm(
          api.rows(x, 0, 1), row, row, row, row, 0.1, 1e-5)
      },
      { normalization.group_norm(x, good, 1, 3, row, row, 1e-5) },
      { normalization.group_norm(x, good, 1, 0, row, row, 1e-5) },
      { normalization.normalize_rows(constant([1], []), 1) },
      { losses.ctc_loss(x, good, 1, [2], [0, 1], 0, 0) },
      { losses.ctc_loss(x, good, 1, [0], [0, 1], 0, 0) },
      { losses.ctc_loss(x, good, 1, [1], [0, 1], 2, 0) },
      { losses.ctc_loss(x, good, 1, nil, [0, 1], 0, 0) },
      { losses.ctc_loss(x, good, 1, [1], [1, 0], 0, 0) },
      { losses.ctc_loss(x, good, 1, [1], [.min, .max], 0, 0) },
      { losses.ctc_loss(row, good, 1, [1], [0, 1], 0, 0) },
      { losses.bce_with_logits(x, nil, 6) },
      { losses.bce_with_logits(x, [1], 1) },
      { losses.pit_bce(x, nil, good, 1, nil) },
      {
        losses.pit_bce(
          constant(draws(5), [1, 5]), [0, 0, 0, 0, 0], [0, 1], 1, nil)
      },
      { losses.am_softmax(x, w, [0, 1, 2], 3, 30, 0.4) },
      { losses.am_softmax(x, w, [0], 1, 30, 0.4) },
      { losses.am_softmax(x, w, nil, 3, 30, 0.4) },
      { losses.aam_softmax(x, x, [0, 1, 1], 3, 30, 0.4) },
      { augmentation.spec_augment(x, good, 1, nil) },
      { augmentation.spec_augment(x, good, 1, &small) },
      { augmentation.spec_augment(x, good, 1, &wide) },
      { augmentation.spec_augment(x, good, 1, &slow) },
    ]
    for (index, call) in calls.enumerated() {
      #expect(call() == nil, "call \(index)")
      #expect(engine.takeFailure() != nil, "call \(index)")
    }
    #expect(api.gather_rows(nil, [0], 1) == nil)
    #expect(losses.am_softmax(x, nil, [0, 0, 0], 3, 1, 0) == nil)
    #expect(normalization.batch_norm(x, row, row, row, nil, 0.1, 1e-5) == nil)
    #expect(sequence.attention(x, x, nil, good, 1, 1, nil) == nil)
    #expect(engine.takeFailure() == nil)
  }
}

extension Float {
  fileprivate var logarithm: Float {
    var y = Float.nan
    withUnsafePointer(to: self) { superb_log(1, $0, &y) }
    return y
  }
}
