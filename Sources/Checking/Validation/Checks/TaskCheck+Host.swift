import Diagnostics
import TaskABI
import Tensors

/// Promises of our own that a task builds on.
extension TaskCheck {
  static let host: [TaskCheck] = [
    TaskCheck(
      "null-handles", "operators on null do nothing and give null",
      scope: .library, needs: [], checkNullHandles)
  ]

  private static func checkNullHandles(_ run: CheckRun) throws {
    let api = TensorExtension.core.pointee
    let sequence = TensorExtension.sequence.pointee
    let normalization = TensorExtension.normalization.pointee
    let loss = TensorExtension.loss.pointee
    let engine = Engine(threads: 1, seed: 1337)
    let host = run.host(engine: engine, config: .init(.map(.init())))
    let x = try engine.constant([1, 2, 3, 4], shape: [2, 2]).handle
    let shape: [Int64] = [2, 2]
    let parts: [OpaquePointer?] = [x, nil]
    let labels: [Int32] = [0, 1]
    let operators: [(String, () -> OpaquePointer??)] = [
      ("reshape", { api.reshape?(nil, 2, shape) }),
      ("transpose", { api.transpose?(nil) }),
      ("columns", { api.columns?(nil, 0, 1) }),
      ("rows", { api.rows?(nil, 0, 1) }),
      ("gather_rows", { api.gather_rows?(nil, [0], 1) }),
      ("concat_columns", { api.concat_columns?(parts, 2) }),
      ("concat_rows", { api.concat_rows?(parts, 2) }),
      ("add", { api.add?(x, nil) }), ("add", { api.add?(nil, x) }),
      ("sub", { api.sub?(x, nil) }), ("mul", { api.mul?(nil, x) }),
      ("div", { api.div?(x, nil) }),
      ("scale", { api.scale?(nil, 2, 1) }),
      ("matmul", { api.matmul?(x, nil, 0, 0) }),
      ("linear", { api.linear?(nil, x, nil) }),
      ("linear", { api.linear?(x, nil, nil) }),
      ("relu", { api.relu?(nil) }), ("gelu", { api.gelu?(nil) }),
      ("tanh", { api.tanh?(nil) }), ("sigmoid", { api.sigmoid?(nil) }),
      ("exp", { api.exp?(nil) }), ("log", { api.log?(nil) }),
      ("sqrt", { api.sqrt?(nil) }),
      ("dropout", { api.dropout?(nil, 0.5) }),
      ("softmax", { api.softmax?(nil) }),
      ("log_softmax", { api.log_softmax?(nil) }),
      ("sum", { api.sum?(nil) }), ("mean", { api.mean?(nil) }),
      ("sum_axis", { api.sum_axis?(nil, 0) }),
      ("mean_axis", { api.mean_axis?(nil, 0) }),
      ("max_axis", { api.max_axis?(nil, 0) }),
      ("segment_mean", { sequence.segment_mean?(nil, [0, 2], 1) }),
      ("lstm", { sequence.lstm?(nil, [0, 2], 1, nil, 1, 0) }),
      ("layer_norm", { normalization.layer_norm?(nil, nil, nil, 1e-5) }),
      ("normalize_rows", { normalization.normalize_rows?(nil, 1e-12) }),
      ("cross_entropy", { loss.cross_entropy?(nil, labels, 2, -100) }),
      (
        "spec_augment",
        {
          TensorExtension.augmentation.pointee.spec_augment?(
            nil, [0, 2], 1, nil)
        }
      ),
    ]
    for (name, call) in operators {
      run.doing("\(name) of null")
      let result = call()
      try hold(result != .none, "the operator '\(name)' is missing")
      try hold(result == .some(nil), "\(name) of null is not null")
    }
    run.doing("data of null")
    try hold(api.data?(nil) == .some(nil), "data of null is not null")
    try hold(api.rank?(nil) == 0, "the rank of null is not 0")
    try hold(
      engine.takeFailure() == nil, "an operator on null counts as a failure")
    withExtendedLifetime(host) { engine.endStep() }
  }
}
