import Diagnostics

extension HiddenStates {
  /// The values as they are stored, little-endian. The pointer must not leave
  /// the closure.
  func withEncoded<R>(
    as precision: FeaturePrecision,
    _ body: (UnsafeRawBufferPointer) throws -> R
  ) throws -> R {
    switch precision {
    case .float32:
      return try values.withUnsafeBytes(body)
    case .float16:
      if let large = values.first(where: { $0.magnitude > Half.greatest }) {
        throw UserError(
          "the value \(large) does not fit float16",
          fix: "store these features as float32")
      }
      return try values.map(Half.bits).withUnsafeBytes(body)
    }
  }
}
