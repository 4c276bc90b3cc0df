import Diagnostics

extension KeyedDecodingContainer {
  /// What a `config.json` has under `key`; `otherwise` if it leaves it out.
  func value<T: Decodable>(_ key: Key, _ otherwise: T) throws -> T {
    try decodeIfPresent(T.self, forKey: key) ?? otherwise
  }
}

extension ModelConfiguration.ConvolutionNorm {
  /// - Throws: `UserError` for what `feat_extract_norm` may not be.
  init(named name: String) throws {
    guard let norm = Self(rawValue: name) else {
      throw UserError("feat_extract_norm is \(name), not group or layer")
    }
    self = norm
  }
}

extension ConvolutionShape {
  /// What `conv_dim`, `conv_kernel` and `conv_stride` say of the convolutions
  /// over samples.
  ///
  /// - Throws: `UserError` if they are of different lengths, or say nothing
  ///   where something is needed.
  static func stack(
    channels: [Int], kernels: [Int], strides: [Int], mayBeEmpty: Bool
  ) throws -> [ConvolutionShape] {
    guard channels.count == kernels.count, channels.count == strides.count,
      mayBeEmpty || !channels.isEmpty
    else {
      throw UserError(
        "conv_dim, conv_kernel and conv_stride are of different lengths"
          + (mayBeEmpty ? ": " : ", or empty: ")
          + "\(channels.count), \(kernels.count), \(strides.count)")
    }
    return channels.indices.map {
      ConvolutionShape(
        channels: channels[$0], kernel: kernels[$0], stride: strides[$0])
    }
  }
}
