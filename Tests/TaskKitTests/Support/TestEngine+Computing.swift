import Foundation
import TaskABI

/// Operators over packed utterances, computed as plainly as they can be
/// written, for tests of models; without them they only echo their arguments.
extension TestEngine {
  func computeSequences() {
    sequences.pointee.conv1d_offsets = {
      offsets, count, width, stride, padding, dilation, out in
      out![0] = 0
      for index in 0..<Int(count) {
        let rows = offsets![index + 1] - offsets![index]
        let span = dilation * (width - 1) + 1 - 2 * padding
        out![index + 1] =
          out![index] + max((rows - span) / stride + 1, 0)
      }
    }
    sequences.pointee.segment_statistics = { x, offsets, count in
      guard let x = TestEngine.at(x) else { return nil }
      var values: [Float] = []
      for i in 0..<Int(count) {
        let rows = (Int(offsets![i])..<Int(offsets![i + 1])).map(x.row)
        let n = Float(rows.count)
        let means = (0..<x.width).map { column in
          rows.reduce(0) { $0 + $1[column] } / n
        }
        values += means
        values += (0..<x.width).map { column in
          let squares = rows.reduce(Float(0)) {
            let difference = $1[column] - means[column]
            return $0 + difference * difference
          }
          return (squares / (n - 1)).squareRoot()
        }
      }
      return x.engine.make([Int(count), 2 * x.width], values)
    }
    sequences.pointee.splice_linear = {
      x, offsets, count, weight, bias, width, dilation in
      guard let x = TestEngine.at(x), let weight = TestEngine.at(weight)
      else { return nil }
      let bias = TestEngine.at(bias)?.list
      let (width, dilation) = (Int(width), Int(dilation))
      var values: [Float] = []
      for i in 0..<Int(count) {
        let end = Int(offsets![i + 1]) - (width - 1) * dilation
        for row in Int(offsets![i])..<max(end, Int(offsets![i])) {
          let spliced = (0..<width).flatMap { x.row(row + $0 * dilation) }
          values += (0..<weight.shape[0]).map { output in
            zip(spliced, weight.row(output)).reduce(bias?[output] ?? 0) {
              $0 + $1.0 * $1.1
            }
          }
        }
      }
      let outputs = weight.shape[0]
      return x.engine.make([values.count / outputs, outputs], values)
    }
    losses.pointee.am_softmax = { x, weight, labels, count, scale, margin in
      guard let x = TestEngine.at(x), let weight = TestEngine.at(weight)
      else { return nil }
      func unit(_ vector: [Float]) -> [Float] {
        let norm = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return vector.map { $0 / max(norm, 1e-12) }
      }
      let columns = (0..<weight.width).map { column in
        unit((0..<weight.shape[0]).map { weight.row($0)[column] })
      }
      let losses = (0..<Int(count)).map { row -> Float in
        let vector = unit(x.row(row))
        let cosines = columns.enumerated().map { label, column in
          zip(vector, column).reduce(Float(0)) { $0 + $1.0 * $1.1 }
            - (label == Int(labels![row]) ? Float(margin) : 0)
        }
        let powers = cosines.map { Foundation.exp(Float(scale) * $0) }
        return Foundation.log(powers.reduce(0, +))
          - Float(scale) * cosines[Int(labels![row])]
      }
      return x.engine.make([], [losses.reduce(0, +) / Float(losses.count)])
    }
    losses.pointee.pit_bce = { x, labels, offsets, count, permutations in
      guard let x = TestEngine.at(x), x.width == 2 else { return nil }
      var sum: Float = 0
      for i in 0..<Int(count) {
        let rows = Int(offsets![i])..<Int(offsets![i + 1])
        func loss(_ order: [Int]) -> Float {
          rows.reduce(Float(0)) { total, row in
            total
              + order.enumerated().reduce(Float(0)) { sum, pair in
                let logit = x.row(row)[pair.offset]
                return sum + Foundation.log(1 + Foundation.exp(logit))
                  - logit * labels![row * 2 + pair.element]
              } / 2
          }
        }
        let orders = [[0, 1], [1, 0]]
        let best = loss(orders[1]) < loss(orders[0]) ? 1 : 0
        sum += loss(orders[best])
        for s in 0..<2 { permutations?[i * 2 + s] = Int32(orders[best][s]) }
      }
      return x.engine.make([], [sum / Float(x.shape[0])])
    }
    sequences.pointee.lstm = { x, offsets, count, weights, layers, directions in
      guard let x = TestEngine.at(x), layers == 1, directions == 0,
        let set = weights![0]?.pointee, let input = TestEngine.at(set.input),
        let recurrent = TestEngine.at(set.recurrent),
        let bias = TestEngine.at(set.input_bias)?.list,
        let more = TestEngine.at(set.recurrent_bias)?.list
      else { return nil }
      let hidden = recurrent.width
      var values: [Float] = []
      for i in 0..<Int(count) {
        var h = [Float](repeating: 0, count: hidden)
        var c = h
        for row in Int(offsets![i])..<Int(offsets![i + 1]) {
          let gates = (0..<4 * hidden).map { gate in
            zip(x.row(row), input.row(gate)).reduce(bias[gate] + more[gate]) {
              $0 + $1.0 * $1.1
            } + zip(h, recurrent.row(gate)).reduce(0) { $0 + $1.0 * $1.1 }
          }
          func sigmoid(_ x: Float) -> Float { 1 / (1 + Foundation.exp(-x)) }
          for unit in 0..<hidden {
            c[unit] =
              sigmoid(gates[hidden + unit]) * c[unit]
              + sigmoid(gates[unit]) * Foundation.tanh(gates[2 * hidden + unit])
            h[unit] =
              sigmoid(gates[3 * hidden + unit]) * Foundation.tanh(c[unit])
          }
          values += h
        }
      }
      return x.engine.make([values.count / hidden, hidden], values)
    }
  }
}

extension TestEngine.Array {
  func row(_ index: Int) -> [Float] {
    (0..<width).map { values[index * width + $0] }
  }
}
