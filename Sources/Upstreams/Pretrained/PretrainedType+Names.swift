extension PretrainedType {
  /// What is done to the names of a file's tensors to make them canonical;
  /// nil for wav2vec 2.0 and its descendants, which know how themselves.
  static func names(
    of type: String?
  ) -> (([String]) -> [(original: String, name: String)])? {
    switch type.flatMap(Self.init) {
    case .whisper:
      { names in
        names.compactMap { name in whisper(name).map { (name, $0) } }
      }
    case .recurrent, .melTransformer, .convolutional, nil: nil
    }
  }

  /// The encoder's, with its model's prefix or without.
  private static func whisper(_ name: String) -> String? {
    var parts = name.split(separator: ".", omittingEmptySubsequences: false)
      .map(String.init)
    if parts.first == "model" { parts.removeFirst() }
    guard parts.count >= 3, parts[0] == "encoder" else { return nil }
    guard parts[1] == "layers" else { return parts.joined(separator: ".") }
    guard parts.count >= 5, let part = TensorNames.block(Array(parts[3...]))
    else { return nil }
    return (parts[..<3] + part).joined(separator: ".")
  }
}
