import TaskABI
import Tensors

/// What made a result.
package enum Versions {
  package static let program = "0.1.0"

  package static let abi = "\(SUPERB_ABI_MAJOR).\(SUPERB_ABI_MINOR)"

  package static var all: [String: String] {
    [
      "superb": program,
      "abi": abi,
      "numerics": NumericsRevision.text,
      "architecture": architecture,
    ]
  }

  private static var architecture: String {
    #if arch(x86_64)
      "x86_64"
    #elseif arch(arm64)
      "arm64"
    #else
      "other"
    #endif
  }
}
