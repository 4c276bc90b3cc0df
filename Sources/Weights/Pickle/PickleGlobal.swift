/// The names of functions and classes that a pickle of weights may mention.
///
/// A pickle is a program that may call whatever it names. Nothing is ever
/// called here: a few names of PyTorch's are understood, some classes are
/// known to carry nothing but data and are kept as inert state, and whatever
/// else is named makes the whole file refused.
enum PickleGlobal: Sendable, Equatable {
  case orderedDictionary
  case defaultDictionary
  case set
  /// A tuple with the extents of a tensor.
  case size
  case rebuildTensor
  case rebuildParameter
  case storage(TensorElement)
  case inert

  /// - Returns: nil for a name that is not allowed.
  init?(module: String, name: String) {
    let full = "\(module).\(name)"
    switch full {
    case "collections.OrderedDict": self = .orderedDictionary
    case "collections.defaultdict": self = .defaultDictionary
    case "builtins.set", "__builtin__.set", "builtins.frozenset",
      "__builtin__.frozenset":
      self = .set
    case "torch.Size": self = .size
    case "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor":
      self = .rebuildTensor
    case "torch._utils._rebuild_parameter": self = .rebuildParameter
    default:
      if module == "torch", let element = Self.storages[name] {
        self = .storage(element)
      } else if Self.isInert(module, name, full) {
        self = .inert
      } else {
        return nil
      }
    }
  }

  private static let storages: [String: TensorElement] = [
    "FloatStorage": .float32, "DoubleStorage": .float64,
    "HalfStorage": .float16, "BFloat16Storage": .bfloat16,
    "LongStorage": .int64, "IntStorage": .int32, "ShortStorage": .int16,
    "CharStorage": .int8, "ByteStorage": .uint8, "BoolStorage": .bool,
  ]

  /// Settings and training state that checkpoints carry beside the weights.
  private static func isInert(
    _ module: String, _ name: String, _ full: String
  ) -> Bool {
    let packages = ["omegaconf", "fairseq", "s3prl", "optimizers"]
    let package = module.prefix { $0 != "." }
    if packages.contains(String(package)) { return true }
    if module == "torch" {
      return ["device", "dtype"].contains(name)
        || ["float", "bfloat", "int", "uint"].contains {
          name.hasPrefix($0) && name.dropFirst($0.count).allSatisfy(\.isNumber)
        }
    }
    if module == "builtins" || module == "__builtin__" {
      return ["dict", "list", "tuple", "int", "float", "str", "bool", "object"]
        .contains(name)
    }
    return inertNames.contains(full) || module.hasPrefix("torch.optim.")
  }

  private static let inertNames: Set<String> = [
    "argparse.Namespace", "types.SimpleNamespace", "typing.Any",
    "collections.Counter", "functools.partial", "pathlib.PosixPath",
    "_codecs.encode", "numpy.dtype", "numpy.ndarray",
    "numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar",
    "numpy.core.multiarray._reconstruct",
    "numpy._core.multiarray._reconstruct",
  ]
}
