import Configuration
import Diagnostics

/// Which of an upstream's states are used, and how.
package struct FeatureSelection: Codable, Equatable, Sendable {
  /// The states by s3prl's name for them (`-s`): `hidden_states`, which are
  /// all, `last_hidden_state` or `hidden_state_<i>`.
  package var stateName = "hidden_states"
  /// One of all states (`-l`), negative from the last; of no account where
  /// ``stateName`` names one.
  package var layer: Int?
  /// Layer normalisation of every state before the weighted sum.
  package var normalize = false
  /// Keep hidden states as float16.
  package var halfPrecision = false

  private enum CodingKeys: String, CodingKey {
    case stateName = "selection"
    case layer, normalize, halfPrecision
  }

  package init() {}

  package init(_ value: ConfigValue) throws {
    try value.checkKeys(known: ["selection", "layer", "normalize", "dtype"])
    stateName = try value.string(at: "selection", default: stateName)
    layer =
      try value.value(at: "layer") == nil
      ? nil : try value.int(at: "layer")
    normalize = try value.bool(at: "normalize", default: false)
    let dtype = try value.string(at: "dtype", default: "float32")
    guard ["float32", "float16"].contains(dtype) else {
      throw UserError(
        "expected float32 or float16, not '\(dtype)'",
        at: try value.value(at: "dtype")?.mark?.description)
    }
    halfPrecision = dtype == "float16"
  }

  /// The one layer to use of `count`, or nil for the weighted sum of all.
  package func selectedLayer(of count: Int) throws -> Int? {
    var index = layer
    if stateName == "last_hidden_state" {
      index = count - 1
    } else if stateName.hasPrefix("hidden_state_"),
      let number = Int(stateName.dropFirst("hidden_state_".count))
    {
      index = number
    } else if stateName != "hidden_states" {
      throw UserError(
        "the upstream has no states '\(stateName)'", at: "-s",
        fix: Suggestion.fix(
          for: stateName,
          among: ["hidden_states", "last_hidden_state", "hidden_state_0"]))
    }
    guard let index else { return count == 1 ? 0 : nil }
    let positive = index < 0 ? count + index : index
    guard (0..<count).contains(positive) else {
      throw UserError(
        "the upstream has \(count) layers, there is no layer \(index)",
        at: "-l")
    }
    return positive
  }
}
