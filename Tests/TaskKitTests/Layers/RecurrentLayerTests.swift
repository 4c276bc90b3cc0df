import TaskABI
import TaskKit
import Testing

extension SharedContextTests {
  @Test func recurrentLayersHavePyTorchsParameters() throws {
    let host = TestHost()
    try withContext(host) { context in
      _ = try LSTM(
        from: 3, hidden: 16, layers: 2, bidirectional: true,
        in: context.parameters["rnn"])
      _ = try GRU(from: 3, hidden: 4, hasBias: false, in: context.parameters)
    }
    var shapes: [String: [Int]] = [
      "weight_ih_l0": [12, 3], "weight_hh_l0": [12, 4],
    ]
    for (layer, width) in [(0, 3), (1, 32)] {
      for direction in ["", "_reverse"] {
        let name = "_l\(layer)\(direction)"
        shapes["rnn.weight_ih" + name] = [64, width]
        shapes["rnn.weight_hh" + name] = [64, 16]
        shapes["rnn.bias_ih" + name] = [64]
        shapes["rnn.bias_hh" + name] = [64]
      }
    }
    #expect(host.engine.parameters.mapValues(\.shape) == shapes)
    for (name, parameter) in host.engine.parameters {
      let bound = name.hasPrefix("rnn") ? 0.25 : 0.5
      #expect(parameter.start.kind == SUPERB_INIT_UNIFORM)
      #expect(parameter.start.a == -bound && parameter.start.b == bound)
    }
  }

  /// The host is told of exactly the sets, offsets and layers that there are.
  @Test func recurrentLayersCallTheHost() throws {
    let host = TestHost()
    host.engine.sequences.pointee.lstm = {
      x, offsets, count, weights, layers, bidirectional in
      let sets = Int(layers) * (bidirectional == 0 ? 1 : 2)
      let isWhole = (0..<sets).allSatisfy {
        let set = weights?[$0]?.pointee
        return Int(set?.struct_size ?? 0)
          == MemoryLayout<superb_recurrent_weights>.size
          && set?.input != nil && set?.recurrent != nil
          && set?.input_bias != nil && set?.recurrent_bias != nil
      }
      return isWhole && offsets?[Int(count)] == 5 && sets == 4 ? x : nil
    }
    try withContext(host) { context in
      let lstm = try LSTM(
        from: 2, hidden: 3, layers: 2, bidirectional: true,
        in: context.parameters)
      let x = context.constant([Float](repeating: 1, count: 10), shape: [5, 2])
      #expect(lstm(x, offsets: [0, 2, 5]).values == x.values)
      #expect(x.lstm([0, 5], Array(lstm.weights.dropLast()), layers: 2).isNull)
      let null = context.constant([1], shape: [2])
      #expect(lstm(null, offsets: [0, 5]).isNull)
      let failed = RecurrentWeights(
        input: x, recurrent: x, inputBias: null, recurrentBias: null)
      #expect(x.lstm([0, 5], [failed]).isNull)
    }
  }
}
