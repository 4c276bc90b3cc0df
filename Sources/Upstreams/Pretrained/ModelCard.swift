import Foundation

/// The text that a hub shows of a model, which begins with a few fields.
enum ModelCard {
  /// The field `license`, which the hub fills with an identifier.
  static func licence(_ card: Data) -> String? {
    let lines = String(decoding: card, as: UTF8.self)
      .split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .map { $0.trimmingCharacters(in: .whitespaces) }
    guard lines.first == "---" else { return nil }
    for line in lines.dropFirst().prefix(200) {
      if line == "---" { return nil }
      guard line.hasPrefix("license:") else { continue }
      let value = line.dropFirst("license:".count)
        .trimmingCharacters(in: CharacterSet(charactersIn: " \"'"))
      return value.isEmpty || value.count > 40 ? nil : value
    }
    return nil
  }
}
