import Foundation
import TaskABI

/// Tensors of the test host: computed at once, kept until the engine goes.
final class TestEngine {
  final class Array {
    unowned let engine: TestEngine
    let shape: [Int]
    let values: UnsafeMutableBufferPointer<Float>

    init(_ engine: TestEngine, _ shape: [Int], _ values: [Float]) {
      self.engine = engine
      self.shape = shape
      self.values = .allocate(capacity: max(values.count, 1))
      _ = self.values.update(fromContentsOf: values)
    }

    deinit { values.deallocate() }

    var width: Int { shape.last ?? 1 }
    var count: Int { shape.reduce(1, *) }
    var list: [Float] { Swift.Array(values.prefix(count)) }
  }

  struct Parameter {
    let shape: [Int]
    let start: superb_init
    let flags: UInt32
  }

  let table = TestEngine.made(superb_tensor_api())
  let sequences = TestEngine.made(superb_sequence_api())
  let norms = TestEngine.made(superb_normalization_api())
  let losses = TestEngine.made(superb_loss_api())
  let augmentations = TestEngine.made(superb_augmentation_api())
  var parameters: [String: Parameter] = [:]
  /// What custom operators ask to be called with when the step ends.
  var customs: [superb_custom_operator] = []
  private var kept: [Array] = []

  private static func made<Table>(
    _ empty: Table
  ) -> UnsafeMutablePointer<Table> {
    let place = UnsafeMutablePointer<Table>.allocate(capacity: 1)
    place.initialize(to: empty)
    // Every table begins with its size.
    UnsafeMutableRawPointer(place).storeBytes(
      of: UInt32(MemoryLayout<Table>.size), as: UInt32.self)
    return place
  }

  init() {
    fillMaking()
    fillShape()
    fillArithmetic()
    fillRows()
    fillSequences()
  }

  deinit {
    table.deallocate()
    sequences.deallocate()
    norms.deallocate()
    losses.deallocate()
    augmentations.deallocate()
  }

  /// The operator table of that id.
  func operators(_ id: String) -> UnsafeRawPointer? {
    switch id {
    case SUPERB_TENSOR_EXTENSION: UnsafeRawPointer(table)
    case SUPERB_SEQUENCE_EXTENSION: UnsafeRawPointer(sequences)
    case SUPERB_NORMALIZATION_EXTENSION: UnsafeRawPointer(norms)
    case SUPERB_LOSS_EXTENSION: UnsafeRawPointer(losses)
    case SUPERB_AUGMENTATION_EXTENSION: UnsafeRawPointer(augmentations)
    default: nil
    }
  }

  func endStep() {
    for var custom in customs { custom.destroy?(&custom) }
    customs = []
  }

  /// Calls `body` with the shapes of a custom operator's operands.
  static func withShapes<Result>(
    _ inputs: [[Int]], output: [Int],
    _ body: (UnsafePointer<superb_custom_shapes>) -> Result
  ) -> Result {
    let all = (inputs + [output]).map { $0.map(Int64.init) }
    let shapes = UnsafeMutablePointer<superb_shape>.allocate(
      capacity: all.count)
    let extents = all.map {
      UnsafeMutablePointer<Int64>.allocate(
        capacity: $0.count + 1)
    }
    defer {
      shapes.deallocate()
      for one in extents { one.deallocate() }
    }
    for (index, shape) in all.enumerated() {
      extents[index].initialize(from: shape, count: shape.count)
      (shapes + index).initialize(
        to: superb_shape(
          struct_size: UInt32(MemoryLayout<superb_shape>.size),
          rank: Int32(shape.count), extents: UnsafePointer(extents[index]),
          count: shape.reduce(1, *)))
    }
    let pointers = inputs.indices.map {
      Optional(UnsafePointer(shapes + $0))
    }
    return pointers.withUnsafeBufferPointer {
      var table = superb_custom_shapes()
      table.struct_size = UInt32(MemoryLayout<superb_custom_shapes>.size)
      table.input_count = UInt32(inputs.count)
      table.inputs = $0.baseAddress
      table.output = UnsafePointer(shapes + inputs.count)
      return body(&table)
    }
  }

  func make(_ shape: [Int], _ values: [Float]) -> OpaquePointer {
    let array = Array(self, shape, values)
    kept.append(array)
    return OpaquePointer(Unmanaged.passUnretained(array).toOpaque())
  }

  static func at(_ x: OpaquePointer?) -> Array? {
    x.map {
      Unmanaged<Array>.fromOpaque(UnsafeRawPointer($0)).takeUnretainedValue()
    }
  }

  private static func extents(
    _ shape: UnsafePointer<Int64>?, _ rank: Int32
  ) -> [Int] {
    (0..<Int(rank)).map { Int(shape![$0]) }
  }

  private func fillMaking() {
    table.pointee.rank = { Int32(TestEngine.at($0)!.shape.count) }
    table.pointee.extent = { Int64(TestEngine.at($0)!.shape[Int($1)]) }
    table.pointee.data = { x in
      TestEngine.at(x).map { UnsafePointer($0.values.baseAddress!) }
    }
    table.pointee.constant = { host, data, rank, shape in
      let shape = TestEngine.extents(shape, rank)
      return TestHost.at(host).engine.make(
        shape, (0..<shape.reduce(1, *)).map { data![$0] })
    }
    table.pointee.parameter = { host, name, rank, shape, start, flags in
      let engine = TestHost.at(host).engine
      let shape = TestEngine.extents(shape, rank)
      let name = String(cString: name!)
      guard engine.parameters[name] == nil else { return nil }
      engine.parameters[name] = Parameter(
        shape: shape, start: start?.pointee ?? superb_init(), flags: flags)
      let count = shape.reduce(1, *)
      let start = start?.pointee ?? superb_init()
      return engine.make(
        shape,
        (0..<count).map {
          switch start.kind {
          case SUPERB_INIT_CONSTANT: Float(start.a)
          case SUPERB_INIT_UNIFORM:
            Float(start.a + (start.b - start.a) * Double($0) / Double(count))
          default: 0
          }
        })
    }
    table.pointee.assign = { x, data, count in
      guard let x = TestEngine.at(x), x.count == Int(count) else {
        return SUPERB_INVALID_ARGUMENT
      }
      for index in 0..<Int(count) { x.values[index] = data![index] }
      return SUPERB_OK
    }
    table.pointee.custom = { host, op, inputs, count, rank, shape in
      let engine = TestHost.at(host).engine
      let shape = TestEngine.extents(shape, rank)
      let handle = engine.make(
        shape, Swift.Array(repeating: 0, count: shape.reduce(1, *)))
      let arrays = (0..<Int(count)).compactMap { TestEngine.at(inputs![$0]) }
      let data = arrays.map { UnsafePointer($0.values.baseAddress) }
      engine.customs.append(op!.pointee)
      let status = TestEngine.withShapes(arrays.map(\.shape), output: shape) {
        op!.pointee.forward(
          op, $0, data, TestEngine.at(handle)!.values.baseAddress)
      }
      return status == SUPERB_OK ? handle : nil
    }
  }

  private func fillShape() {
    table.pointee.reshape = { x, rank, shape in
      guard let x = TestEngine.at(x) else { return nil }
      return x.engine.make(TestEngine.extents(shape, rank), x.list)
    }
    table.pointee.columns = { x, first, count in
      guard let x = TestEngine.at(x) else { return nil }
      let values = stride(from: 0, to: x.count, by: x.width).flatMap { row in
        x.list[(row + Int(first))..<(row + Int(first + count))]
      }
      return x.engine.make([x.shape[0], Int(count)], values)
    }
    table.pointee.rows = { x, first, count in
      guard let x = TestEngine.at(x) else { return nil }
      return x.engine.make(
        [Int(count), x.width],
        Swift.Array(x.list[Int(first) * x.width..<Int(first + count) * x.width])
      )
    }
    table.pointee.concat_columns = { parts, count in
      let parts = (0..<Int(count)).map { TestEngine.at(parts![$0]) }
      guard !parts.contains(where: { $0 == nil }) else { return nil }
      let arrays = parts.compactMap { $0 }
      let values = (0..<arrays[0].shape[0]).flatMap { row in
        arrays.flatMap { $0.list[row * $0.width..<(row + 1) * $0.width] }
      }
      return arrays[0].engine.make(
        [arrays[0].shape[0], arrays.reduce(0) { $0 + $1.width }], values)
    }
  }

  private static func pairwise(
    _ x: OpaquePointer?, _ y: OpaquePointer?,
    _ body: (Float, Float) -> Float
  ) -> OpaquePointer? {
    guard let x = at(x), let y = at(y) else { return nil }
    let right = y.list
    return x.engine.make(
      x.shape,
      x.list.enumerated().map { body($1, right[$0 % right.count]) })
  }

  private static func mapped(
    _ x: OpaquePointer?, _ body: (Float) -> Float
  ) -> OpaquePointer? {
    at(x).map { $0.engine.make($0.shape, $0.list.map(body)) }
  }

  private static func rowwise(
    _ x: OpaquePointer?, _ body: ([Float]) -> [Float]
  ) -> OpaquePointer? {
    guard let x = at(x) else { return nil }
    let rows = stride(from: 0, to: x.count, by: x.width).flatMap {
      body(Swift.Array(x.list[$0..<$0 + x.width]))
    }
    return x.engine.make(x.shape, rows)
  }

  /// Of a matrix, along its rows (1) or its columns (0).
  private static func reduced(
    _ x: OpaquePointer?, _ axis: Int32, _ body: ([Float]) -> Float
  ) -> OpaquePointer? {
    guard let x = at(x) else { return nil }
    let (rows, width) = (x.shape[0], x.width)
    return axis == 1
      ? x.engine.make(
        [rows],
        (0..<rows).map { row in
          body((0..<width).map { x.list[row * width + $0] })
        })
      : x.engine.make(
        [width],
        (0..<width).map { column in
          body((0..<rows).map { x.list[$0 * width + column] })
        })
  }

  private static func logSoftmax(_ row: [Float]) -> [Float] {
    let top = row.max() ?? 0
    let sum = row.reduce(0) { $0 + Foundation.exp($1 - top) }
    return row.map { $0 - top - Foundation.log(sum) }
  }

  private func fillArithmetic() {
    table.pointee.add = { TestEngine.pairwise($0, $1, +) }
    table.pointee.sub = { TestEngine.pairwise($0, $1, -) }
    table.pointee.div = { TestEngine.pairwise($0, $1, /) }
    table.pointee.mul = { TestEngine.pairwise($0, $1, *) }
    table.pointee.scale = { x, factor, offset in
      TestEngine.mapped(x) { Float(factor) * $0 + Float(offset) }
    }
    table.pointee.matmul = { x, y, transposeX, transposeY in
      guard let x = TestEngine.at(x), let y = TestEngine.at(y) else {
        return nil
      }
      let n = transposeX == 0 ? x.shape[0] : x.shape[1]
      let k = transposeX == 0 ? x.shape[1] : x.shape[0]
      let m = transposeY == 0 ? y.shape[1] : y.shape[0]
      var values: [Float] = []
      for i in 0..<n {
        for j in 0..<m {
          var sum: Float = 0
          for l in 0..<k {
            let left = x.values[transposeX == 0 ? i * k + l : l * n + i]
            sum += left * y.values[transposeY == 0 ? l * m + j : j * k + l]
          }
          values.append(sum)
        }
      }
      return x.engine.make([n, m], values)
    }
    table.pointee.linear = { x, weight, bias in
      guard let x = TestEngine.at(x), let weight = TestEngine.at(weight) else {
        return nil
      }
      let outputs = weight.shape[0]
      let bias = TestEngine.at(bias)?.list
      var values: [Float] = []
      for row in stride(from: 0, to: x.count, by: x.width) {
        for output in 0..<outputs {
          var sum = bias?[output] ?? 0
          for column in 0..<x.width {
            sum +=
              x.values[row + column]
              * weight.values[output * x.width + column]
          }
          values.append(sum)
        }
      }
      return x.engine.make(x.shape.dropLast() + [outputs], values)
    }
    table.pointee.relu = { TestEngine.mapped($0) { max($0, 0) } }
    table.pointee.gelu = {
      TestEngine.mapped($0) {
        0.5 * $0 * (1 + erff($0 / Float(2).squareRoot()))
      }
    }
    table.pointee.tanh = { TestEngine.mapped($0, Foundation.tanh) }
    table.pointee.sigmoid = {
      TestEngine.mapped($0) { 1 / (1 + Foundation.exp(-$0)) }
    }
    table.pointee.exp = { TestEngine.mapped($0, Foundation.exp) }
    table.pointee.sqrt = { TestEngine.mapped($0) { $0.squareRoot() } }
    table.pointee.log = { TestEngine.mapped($0, Foundation.log) }
    table.pointee.dropout = { x, _ in x }
    table.pointee.softmax = {
      TestEngine.rowwise($0) {
        TestEngine.logSoftmax($0).map(Foundation.exp)
      }
    }
    table.pointee.log_softmax = {
      TestEngine.rowwise($0, TestEngine.logSoftmax)
    }
    norms.pointee.layer_norm = { x, gamma, beta, epsilon in
      let gamma = TestEngine.at(gamma)?.list
      let beta = TestEngine.at(beta)?.list
      return TestEngine.rowwise(x) { row in
        let mean = row.reduce(0, +) / Float(row.count)
        let centred = row.map { $0 - mean }
        let squares: Float = centred.reduce(0) { $0 + $1 * $1 }
        let deviation = (squares / Float(row.count) + Float(epsilon))
          .squareRoot()
        return centred.enumerated().map { index, x in
          let scale: Float = gamma?[index] ?? 1
          return x / deviation * scale + (beta?[index] ?? 0)
        }
      }
    }
  }

  private func fillRows() {
    sequences.pointee.segment_mean = { x, offsets, count in
      guard let x = TestEngine.at(x) else { return nil }
      var values: [Float] = []
      for i in 0..<Int(count) {
        let rows = Int(offsets![i])..<Int(offsets![i + 1])
        for column in 0..<x.width {
          let sum = rows.reduce(Float(0)) {
            $0 + x.values[$1 * x.width + column]
          }
          values.append(sum / Float(rows.count))
        }
      }
      return x.engine.make([Int(count), x.width], values)
    }
    table.pointee.transpose = { x in
      guard let x = TestEngine.at(x) else { return nil }
      let values = (0..<x.width).flatMap { column in
        (0..<x.shape[0]).map { x.list[$0 * x.width + column] }
      }
      return x.engine.make([x.width, x.shape[0]], values)
    }
    table.pointee.sum_axis = { TestEngine.reduced($0, $1) { $0.reduce(0, +) } }
    table.pointee.mean_axis = {
      TestEngine.reduced($0, $1) { $0.reduce(0, +) / Float($0.count) }
    }
    table.pointee.max_axis = { TestEngine.reduced($0, $1) { $0.max() ?? 0 } }
    table.pointee.sum = { x in
      TestEngine.at(x).map { $0.engine.make([], [$0.list.reduce(0, +)]) }
    }
    table.pointee.mean = { x in
      TestEngine.at(x).map {
        $0.engine.make([], [$0.list.reduce(0, +) / Float($0.count)])
      }
    }
    losses.pointee.cross_entropy = { x, labels, count, ignored in
      guard let x = TestEngine.at(x) else { return nil }
      let losses = (0..<Int(count)).compactMap { row -> Float? in
        guard labels![row] != ignored else { return nil }
        let scores = TestEngine.logSoftmax(
          Swift.Array(x.list[row * x.width..<(row + 1) * x.width]))
        return -scores[Int(labels![row])]
      }
      return x.engine.make([], [losses.reduce(0, +) / Float(losses.count)])
    }
  }
}
