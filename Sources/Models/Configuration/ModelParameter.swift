/// A tensor that a model needs.
package struct ModelParameter: Sendable, Equatable {
  package var name: String
  package var shape: [Int]
  /// Whether fine-tuning changes it.
  package var isTrained = true

  /// Its numbers.
  package var count: Int { shape.reduce(1, *) }

  static func linear(
    _ name: String, _ width: Int, _ depth: Int, hasBias: Bool = true
  ) -> [Self] {
    let weight = Self(name: name + ".weight", shape: [width, depth])
    return hasBias
      ? [weight, Self(name: name + ".bias", shape: [width])] : [weight]
  }

  static func norm(_ name: String, _ size: Int) -> [Self] {
    [".weight", ".bias"].map { ModelParameter(name: name + $0, shape: [size]) }
  }
}

extension ModelParameter {
  /// Where tensors stand among a model's parameters, and so in checkpoints
  /// and in sums over all gradients, whose bits depend on the order.
  ///
  /// A transformer's norm comes before its layers, a layer's products before
  /// its norms, these before what its attention minds of distances; else the
  /// order is that of use.
  struct Place: Comparable {
    var layer: Int
    var part = 0

    static func < (a: Self, b: Self) -> Bool {
      (a.layer, a.part) < (b.layer, b.part)
    }
  }

  var place: Place {
    let words = name.split(separator: ".")
    guard words.count > 2, words[0] == "encoder" else {
      return Place(layer: name.hasPrefix("output_layer") ? .max : -2)
    }
    switch words[1] {
    case "layer_norm": return Place(layer: -1)
    case "layers":
      let part =
        switch words.dropFirst(3).first {
        case "attention":
          name.contains("gru_rel_pos") ? 3 : name.contains("rel_attn") ? 4 : 0
        case "feed_forward": 1
        default: 2
        }
      return Place(layer: Int(words[2]) ?? 0, part: part)
    case "state_norms": return Place(layer: .max)
    default: return Place(layer: -2)
    }
  }
}
