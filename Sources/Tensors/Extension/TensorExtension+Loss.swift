import TaskABI

extension TensorExtension {
  /// "superb.loss/1". Constant; lives as long as the process.
  package nonisolated(unsafe) static let loss =
    lasting(superb_loss_api(), \.struct_size) { api in
      setLosses(&api)
      setMarginLosses(&api)
    }

  private static func setLosses(_ api: inout superb_loss_api) {
    api.cross_entropy = { logits, labels, count, ignored in
      unary(logits) { engine, logits in
        try require(
          count >= 0 && (labels != nil || count == 0) && logits.shape.rank == 2
            && count == Int64(logits.shape[0]), "cross_entropy",
          "logits are \(logits.shape), and there are \(count) labels")
        let labels = UnsafeBufferPointer(start: labels, count: Int(count))
        return try engine.crossEntropy(
          logits, labels: Array(labels), ignoring: ignored)
      }
    }
    api.ctc_loss = {
      x, offsets, count, targets, targetOffsets, blank, zeroInfinity in
      unary(x) { engine, x in
        let name = "ctc_loss"
        let offsets = try bounds(name, offsets, count)
        let bounds = try bounds(name, targetOffsets, count)
        return try engine.ctcLoss(
          x, offsets: offsets,
          targets: zip(bounds, bounds.dropFirst()).map { start, end in
            try require(
              start >= 0 && start <= end && end < Int(Int32.max), name,
              "targets run from \(start) to \(end)")
            return try values(
              name, targets.map { $0 + start }, Int64(end - start))
          }, blank: blank, zeroInfinity: zeroInfinity != 0)
      }
    }
    api.bce_with_logits = { logits, targets, count in
      unary(logits) { engine, logits in
        let name = "bce_with_logits"
        try requireCount(name, count, logits.count, logits)
        return try engine.bceWithLogits(
          logits, targets: values(name, targets, count))
      }
    }
    api.pit_bce = { logits, labels, offsets, count, permutations in
      unary(logits) { engine, logits in
        let name = "pit_bce"
        let (loss, matched) = try engine.pitBCE(
          logits, labels: values(name, labels, Int64(logits.count)),
          offsets: bounds(name, offsets, count))
        if let permutations {
          for (index, label) in matched.enumerated() {
            permutations[index] = label
          }
        }
        return loss
      }
    }
  }

  private static func setMarginLosses(_ api: inout superb_loss_api) {
    api.am_softmax = { x, weight, labels, count, scale, margin in
      binary(x, weight) { engine, x, weight in
        try requireCount("am_softmax", count, x.shape.rows, x)
        return try engine.amSoftmax(
          x, weight: weight, labels: values("am_softmax", labels, count),
          scale: scale, margin: margin)
      }
    }
    api.aam_softmax = { x, weight, labels, count, scale, margin in
      binary(x, weight) { engine, x, weight in
        try requireCount("aam_softmax", count, x.shape.rows, x)
        return try engine.aamSoftmax(
          x, weight: weight, labels: values("aam_softmax", labels, count),
          scale: scale, margin: margin)
      }
    }
  }
}
