import TaskABI
import Testing

@testable import Tensors

/// The contract's table, called as a task in C calls it.
@Suite struct TensorExtensionTests {
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

  @Test func everyEntryIsFilled() {
    func check<Table>(_ table: Table, _ size: UInt32) {
      withUnsafeBytes(of: table) { bytes in
        let words = bytes.bindMemory(to: UInt.self)
        #expect(Int(size) == bytes.count)
        #expect(words.dropFirst().allSatisfy { $0 != 0 }, "\(Table.self)")
      }
    }
    check(api, api.struct_size)
    check(sequence, sequence.struct_size)
    check(normalization, normalization.struct_size)
    check(losses, losses.struct_size)
    check(augmentation, augmentation.struct_size)
  }

  @Test func eachTopicIsATableOfItsOwn() {
    let ids = ["tensor", "sequence", "normalization", "loss", "augmentation"]
    let tables = ids.map { TensorExtension.table("superb.\($0)/1") }
    #expect(tables.allSatisfy { $0 != nil })
    #expect(Set(tables).count == ids.count)
    #expect(TensorExtension.table("superb.tensor/2") == nil)
  }

  @Test func operatorsThatTheCoreGotLastReachTheEngine() {
    let x = constant([1, 4, 9, 16, 25, 36], [2, 3])
    let y = constant([1, 2, 3], [3])
    #expect(values(api.div(x, y)) == [1, 2, 3, 16, 12.5, 12])
    #expect(values(api.sqrt(x)) == [1, 2, 3, 4, 5, 6])
    #expect(values(api.transpose(x)) == [1, 16, 4, 25, 9, 36])
    #expect(values(api.sum_axis(x, 0)) == [17, 29, 45])
    #expect(values(api.mean_axis(x, 0)) == [8.5, 14.5, 22.5])
    #expect(values(api.max_axis(x, 0)) == [16, 25, 36])
    #expect(engine.takeFailure() == nil)
    #expect(api.max_axis(x, 2) == nil && api.sum_axis(x, -1) == nil)
    #expect(engine.takeFailure() != nil)
  }

  @Test func aModelIsTrainedThroughTheTable() throws {
    var initial = superb_init()
    initial.struct_size = UInt32(MemoryLayout<superb_init>.size)
    initial.kind = SUPERB_INIT_UNIFORM
    (initial.a, initial.b, initial.seed) = (-0.5, 0.5, -1)
    let weight = api.parameter(contract, "w", 2, [3, 4], &initial, 0)
    let bias = api.parameter(contract, "b", 1, [3], nil, 0)
    #expect(engine.parameters.map(\.name) == ["w", "b"])
    var seen: [Float] = []
    let optimizer = try Optimizers.make(
      name: "Adam", options: .init(learningRate: 0.1), totalSteps: 30,
      parameters: engine.parameters)
    for _ in 0..<30 {
      let x = constant(draws(20), [5, 4])
      let hidden = api.linear(api.tanh(x), weight, bias)
      let pooled = sequence.segment_mean(hidden, [0, 2, 5], 2)
      let loss = losses.cross_entropy(pooled, [2, 0], 2, -100)
      #expect(api.rank(loss) == 0)
      let node = try #require(Node.behind(loss))
      seen.append(node.item)
      try engine.backward(from: node)
      optimizer.update(factor: 1)
      engine.zeroGradients()
      engine.endStep()
    }
    #expect(seen[29] < 0.5 * seen[0])
    #expect(engine.takeFailure() == nil)
  }

  @Test func tensorsCanBeLookedAt() {
    let x = constant([1, 2, 3, 4, 5, 6], [2, 3])
    #expect(api.rank(x) == 2)
    #expect(api.extent(x, 0) == 2 && api.extent(x, 1) == 3)
    #expect(api.extent(x, 2) == 0 && api.extent(x, -1) == 0)
    #expect(api.data(x)?[4] == 5)
    #expect(api.rank(nil) == 0 && api.data(nil) == nil)
    #expect(values(api.columns(x, 1, 2)) == [2, 3, 5, 6])
    #expect(values(api.rows(x, 1, 1)) == [4, 5, 6])
    #expect(values(api.concat_columns([x, x], 2)).count == 12)
    #expect(values(api.matmul(x, x, 0, 1)) == [14, 32, 32, 77])
    #expect(values(api.scale(x, 2, 1)) == [3, 5, 7, 9, 11, 13])
    #expect(values(api.sum(x)) == [21])
  }

  @Test func theFirstFailureIsKeptAndNullPassesThrough() {
    let x = constant([1, 2], [2])
    let y = constant([1, 2, 3], [3])
    let wrong = api.add(x, y)
    #expect(wrong == nil)
    #expect(api.relu(wrong) == nil)
    #expect(api.mul(x, wrong) == nil)
    #expect(api.linear(wrong, wrong, wrong) == nil)
    #expect(api.concat_columns([x, wrong], 2) == nil)
    #expect(losses.cross_entropy(x, nil, 3, 0) == nil)
    let failure = engine.takeFailure()
    #expect(failure?.name == "add")
    #expect(failure?.status == SUPERB_INVALID_ARGUMENT)
    #expect(engine.takeFailure() == nil)
  }

  @Test func wrongArgumentsAreFailuresNotTraps() {
    let x = constant(draws(6), [2, 3])
    let calls: [() -> OpaquePointer?] = [
      { api.constant(contract, nil, 1, [2]) },
      { api.constant(contract, [1], 5, [1, 1, 1, 1, 1]) },
      { api.constant(contract, [1], 1, [-1]) },
      { api.constant(contract, [1], 1, nil) },
      { api.reshape(x, 1, [.min]) },
      { api.reshape(x, 2, [.max, .max]) },
      { api.columns(x, .max, .max) },
      { api.rows(x, -1, 1) },
      { sequence.segment_mean(x, nil, 1) },
      { sequence.segment_mean(x, [0, 2], -1) },
      { sequence.segment_mean(x, [5, .max], 1) },
      { losses.cross_entropy(x, nil, 2, 0) },
      { losses.cross_entropy(x, [1, 2], .max, 0) },
      { losses.cross_entropy(x, [.max, .min], 2, 0) },
      { api.dropout(x, .infinity) },
      { api.parameter(contract, nil, 0, nil, nil, 0) },
      { api.parameter(contract, "p", -1, nil, nil, 0) },
      { api.custom(contract, nil, [x], 1, 1, [6]) },
    ]
    for (index, call) in calls.enumerated() {
      #expect(call() == nil, "call \(index)")
      #expect(engine.takeFailure() != nil, "call \(index)")
    }
    #expect(api.constant(nil, [1], 0, nil) == nil)
  }

  @Test func parametersAreMadeOnlyWhileTheExpertIsCreated() {
    engine.acceptsParameters = false
    #expect(api.parameter(contract, "late", 0, nil, nil, 0) == nil)
    #expect(engine.takeFailure()?.name == "parameter")
  }

  @Test func parametersAreAssigned() {
    let p = api.parameter(
      contract, "p", 1, [2], nil, SUPERB_PARAMETER_BUFFER)
    #expect(api.assign(p, [3, 4], 2) == SUPERB_OK)
    #expect(values(p) == [3, 4])
    #expect(api.assign(p, [3], 1) == SUPERB_INVALID_ARGUMENT)
    #expect(api.assign(nil, [3], 1) == SUPERB_INVALID_ARGUMENT)
    #expect(api.assign(constant([1], [1]), [3], 1) == SUPERB_INVALID_ARGUMENT)
    #expect(engine.parameters[0].isBuffer)
  }

  @Test func customOperatorsRunAndAreDestroyedOnce() throws {
    let destroyed = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
    destroyed.pointee = 0
    defer { destroyed.deallocate() }
    var operation = superb_custom_operator()
    operation.struct_size = UInt32(MemoryLayout<superb_custom_operator>.size)
    operation.context = UnsafeMutableRawPointer(destroyed)
    operation.forward = { _, shapes, inputs, output in
      guard let shapes = shapes?.pointee, shapes.input_count == 1,
        let input = shapes.inputs[0]?.pointee, input.rank == 1,
        input.extents[0] == 1, shapes.output.pointee.rank == 0,
        shapes.output.pointee.count == 1
      else { return SUPERB_INTERNAL }
      output?[0] = 3 * (inputs?[0]?[0] ?? 0)
      return SUPERB_OK
    }
    operation.backward = { _, _, _, _, dy, dx in
      dx?[0]?[0] += 3 * (dy?[0] ?? 0)
      return SUPERB_OK
    }
    operation.destroy = {
      $0?.pointee.context?.assumingMemoryBound(to: Int32.self).pointee += 1
    }
    let x = try engine.leaf([2], [1])
    let y = api.custom(contract, &operation, [x.handle], 1, 0, nil)
    #expect(values(y) == [6])
    try engine.backward(from: try #require(Node.behind(y)))
    #expect(Array(try #require(x.gradientValues)) == [3])
    #expect(destroyed.pointee == 0)
    engine.endStep()
    #expect(destroyed.pointee == 1)

    operation.forward = { _, _, _, _ in SUPERB_CORRUPT_DATA }
    let z = try engine.leaf([2], [1])
    #expect(api.custom(contract, &operation, [z.handle], 1, 0, nil) == nil)
    #expect(engine.takeFailure()?.status == SUPERB_CORRUPT_DATA)
    engine.endStep()
    #expect(destroyed.pointee == 2)

    operation.forward = { _, _, _, _ in SUPERB_OK }
    operation.backward = nil
    let w = try engine.leaf([2], [1])
    let flat = api.custom(contract, &operation, [w.handle], 1, 0, nil)
    #expect(throws: OperatorError.self) {
      try engine.backward(from: try #require(Node.behind(flat)))
    }
    engine.endStep()
    #expect(destroyed.pointee == 3)
  }
}
