import TaskABI
import TaskKit
import Testing

extension SharedContextTests {
  @Test func sequenceOperatorsReachTheirFunctions() throws {
    try withContext { context in
      let x = context.constant([1, 2, 3, 4, 5, 6], shape: [3, 2])
      let w = context.constant([1, 2, 3], shape: [3, 1])
      let offsets: [Int64] = [0, 1, 3]
      #expect(x.gatheringRows([2, 0, 2]).values == [5, 6, 1, 2, 5, 6])
      #expect(x.concatenatingRows([x, x]).values == [3])
      #expect(x.normalizedRows(epsilon: 0.5).values == [0.5])
      #expect(x.segmentStatistics(offsets).values == [0, 1, 3])
      #expect(w.segmentSoftmax(offsets).values == [0, 1, 3])
      #expect(x.segmentWeightedSum(w, offsets).values == [0, 1, 3])
      #expect(
        x.attention(keys: x, values: x, offsets, heads: 2).values
          == [0, 1, 3, 2, 0])
      #expect(
        x.attention(keys: x, values: x, offsets, heads: 2, bias: w).values
          == [0, 1, 3, 2, 1])
      #expect(
        x.ctcLoss([[1], [4, 5]], offsets, blank: 7, zeroInfinity: true).values
          == [0, 1, 3, 1, 4, 5, 0, 1, 3, 7, 1])
      #expect(x.bceWithLogits([1, 0]).values == [1, 0])
      let (loss, permutations) = x.pitBCE([1, 0, 1, 0, 1, 0], offsets)
      #expect(loss.values == [1, 0, 1, 0, 1, 0, 0, 1, 3])
      #expect(permutations == [[0, 1], [2, 3]])
      #expect(
        x.amSoftmax(weight: w, [1, 2], scale: 30, margin: 0.5).values
          == [1, 2, 30, 0.5])
      #expect(
        x.aamSoftmax(weight: w, [3], scale: 15, margin: 0.25).values
          == [3, 15, 0.25])
    }
  }

  @Test func nullFlowsThroughSequenceOperators() throws {
    try withContext { context in
      let null = context.constant([1], shape: [2])
      let x = context.constant([1, 2], shape: [1, 2])
      #expect(null.gatheringRows([0]).isNull)
      #expect(x.concatenatingRows([null]).isNull)
      #expect(
        x.attention(keys: x, values: x, [0, 1], heads: 1, bias: null).isNull)
      #expect(null.pitBCE([], [0]).loss.isNull)
      // What the host would read past its end does not reach it.
      #expect(x.ctcLoss([[1]], [0, 1, 1]).isNull)
      #expect(x.pitBCE([1], [0, 1]).loss.isNull)
    }
  }

  @Test func sequenceLayersBeginAsPyTorchs() throws {
    let host = TestHost()
    try withContext(host) { context in
      let root = context.parameters
      let conv = try Conv1d(
        from: 8, to: 6, width: 2, stride: 3, padding: 4, dilation: 5,
        groups: 2, in: root["conv"])
      let splice = try SpliceLinear(
        from: 8, to: 6, width: 2, dilation: 3, in: root["splice"])
      let norm = try BatchNorm(8, momentum: 0.5, in: root["batch"])
      let groups = try GroupNorm(8, groups: 4, in: root["group"])
      let embedding = try Embedding(5, 2, in: root["symbols"])
      let x = context.constant([Float](repeating: 0, count: 8), shape: [1, 8])
      let (y, made) = conv(x, [0, 1])
      #expect(y.values == [0, 1, 3, 4, 5, 2, 1])
      #expect(made == [2345, 12_345])
      let (z, spliced) = splice(x, [0, 1])
      #expect(z.values == [0, 1, 2, 3])
      #expect(spliced == [2103, 12_103])
      #expect(norm(x).values == [0.5, 1e-5])
      #expect(groups(x, [0, 1]).values == [0, 1, 4, 1e-5])
      #expect(embedding([4, 0, 4]).shape == [3, 2])
    }
    let made = host.engine.parameters
    #expect(made["conv.weight"]?.shape == [6, 4, 2])
    #expect(abs((made["conv.bias"]?.start.b ?? 0) - 0.125.squareRoot()) < 1e-9)
    #expect(made["splice.weight"]?.shape == [6, 16])
    #expect(made["splice.bias"]?.start.a == -0.25)
    #expect(made["batch.weight"]?.start.a == 1)
    #expect(made["batch.running_mean"]?.flags == SUPERB_PARAMETER_BUFFER)
    #expect(made["batch.running_var"]?.flags == SUPERB_PARAMETER_BUFFER)
    #expect(made["batch.running_var"]?.start.a == 1)
    #expect(made["group.bias"]?.start.kind == SUPERB_INIT_ZEROS)
    #expect(made["symbols.weight"]?.start.kind == SUPERB_INIT_NORMAL)
    #expect(made["symbols.weight"]?.start.b == 1)
  }

  @Test func specAugmentHandsItsSettingsOver() throws {
    try withContext(TestHost()) { context in
      let x = context.constant([1, 2], shape: [1, 2])
      var settings = SpecAugment()
      settings.timeWarpWindow = 7
      settings.frequencyMasks = SpecAugment.Masks(widths: 2..<50, number: 4)
      settings.timeMasks = SpecAugment.Masks(widths: 0..<40, number: 2)
      settings.adaptive = SpecAugment.Adaptive()
      settings.adaptive?.mostMasks = 9
      #expect(
        x.specAugment(settings, [0, 1]).values == [
          0, 1, 1, 7, 1, 2, 50, 4, 1, 0, 40, 2, 1, 0.04, 0.04, 9,
        ])
      var plain = SpecAugment()
      (plain.timeWarpWindow, plain.timeMasks) = (nil, nil)
      #expect(
        x.specAugment(plain, [0, 1]).values == [
          0, 1, 0, 0, 1, 0, 20, 2, 0, 0, 0, 0, 0, 0, 0, 0,
        ])
    }
  }
}
