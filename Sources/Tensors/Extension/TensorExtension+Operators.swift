import TaskABI

extension TensorExtension {
  static func setShape(_ api: inout superb_tensor_api) {
    api.reshape = { x, rank, shape in
      unary(x) { engine, x in
        try engine.reshape(x, to: extents("reshape", rank, shape))
      }
    }
    api.columns = { x, first, count in
      unary(x) { engine, x in
        try engine.columns(
          x, first: Int(clamping: first), count: Int(clamping: count))
      }
    }
    api.rows = { x, first, count in
      unary(x) { engine, x in
        try engine.rows(
          x, first: Int(clamping: first), count: Int(clamping: count))
      }
    }
    api.transpose = { x in unary(x) { try $0.transpose($1) } }
    api.concat_columns = { parts, count in
      joined(parts, count) { try $0.concatColumns($1) }
    }
    api.gather_rows = { x, rows, count in
      unary(x) { engine, x in
        try engine.gatherRows(x, rows: numbers("gather_rows", rows, count))
      }
    }
    api.concat_rows = { parts, count in
      joined(parts, count) { try $0.concatRows($1) }
    }
  }

  static func setArithmetic(_ api: inout superb_tensor_api) {
    api.add = { x, y in binary(x, y) { try $0.add($1, $2) } }
    api.sub = { x, y in binary(x, y) { try $0.sub($1, $2) } }
    api.mul = { x, y in binary(x, y) { try $0.mul($1, $2) } }
    api.div = { x, y in binary(x, y) { try $0.divide($1, $2) } }
    api.scale = { x, factor, offset in
      unary(x) { try $0.scale($1, by: factor, offset: offset) }
    }
    api.matmul = { x, y, transposeX, transposeY in
      binary(x, y) {
        try $0.matmul(
          $1, $2, transposeX: transposeX != 0, transposeY: transposeY != 0)
      }
    }
    api.linear = { x, weight, bias in
      binary(x, weight) {
        try $0.linear($1, weight: $2, bias: Node.behind(bias))
      }
    }
  }

  static func setElementwise(_ api: inout superb_tensor_api) {
    api.relu = { x in unary(x) { try $0.relu($1) } }
    api.gelu = { x in unary(x) { try $0.gelu($1) } }
    api.tanh = { x in unary(x) { try $0.tanh($1) } }
    api.sigmoid = { x in unary(x) { try $0.sigmoid($1) } }
    api.exp = { x in unary(x) { try $0.exp($1) } }
    api.log = { x in unary(x) { try $0.log($1) } }
    api.sqrt = { x in unary(x) { try $0.squareRoot($1) } }
    api.dropout = { x, probability in
      unary(x) { try $0.dropout($1, probability: probability) }
    }
  }

  static func setReductions(_ api: inout superb_tensor_api) {
    api.sum = { x in unary(x) { try $0.sum($1) } }
    api.mean = { x in unary(x) { try $0.mean($1) } }
    api.sum_axis = { x, axis in
      unary(x) { try $0.sum($1, axis: Int(axis)) }
    }
    api.mean_axis = { x, axis in
      unary(x) { try $0.mean($1, axis: Int(axis)) }
    }
    api.max_axis = { x, axis in
      unary(x) { try $0.maximum($1, axis: Int(axis)) }
    }
  }

  static func setLastAxis(_ api: inout superb_tensor_api) {
    api.softmax = { x in unary(x) { try $0.softmax($1) } }
    api.log_softmax = { x in unary(x) { try $0.logSoftmax($1) } }
  }
}
