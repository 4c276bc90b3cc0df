import TaskABI

extension TensorExtension {
  /// "superb.normalization/1". Constant; lives as long as the process.
  package nonisolated(unsafe) static let normalization =
    lasting(superb_normalization_api(), \.struct_size, setNorms)

  private static func setNorms(_ api: inout superb_normalization_api) {
    api.layer_norm = { x, gamma, beta, epsilon in
      unary(x) {
        try $0.layerNorm(
          $1, gamma: Node.behind(gamma), beta: Node.behind(beta),
          epsilon: epsilon)
      }
    }
    api.batch_norm = { x, gamma, beta, mean, variance, momentum, epsilon in
      guard let beta = Node.behind(beta), let mean = Node.behind(mean),
        let variance = Node.behind(variance)
      else { return nil }
      return binary(x, gamma) { engine, x, gamma in
        try engine.batchNorm(
          x, gamma: gamma, beta: beta, runningMean: mean,
          runningVariance: variance, momentum: momentum, epsilon: epsilon)
      }
    }
    api.group_norm = { x, offsets, count, groups, gamma, beta, epsilon in
      guard let beta = Node.behind(beta) else { return nil }
      return binary(x, gamma) { engine, x, gamma in
        try engine.groupNorm(
          x, offsets: bounds("group_norm", offsets, count),
          groups: Int(clamping: groups), gamma: gamma, beta: beta,
          epsilon: epsilon)
      }
    }
    api.normalize_rows = { x, epsilon in
      unary(x) { try $0.normalizeRows($1, epsilon: epsilon) }
    }
  }
}
