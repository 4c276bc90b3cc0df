import Diagnostics
import Foundation

/// Where the weights that a user names are.
enum PretrainedSource: Sendable {
  /// `organisation/name`, perhaps with `@revision`, or a name of s3prl's with
  /// its entry.
  case hub(HubReference, PretrainedCatalogue.Entry?)
  /// A folder or a file, with `~` expanded.
  case path(String)

  /// - Returns: nil for what is none of them.
  ///
  /// A folder that is there is preferred to a model of the hub of the same
  /// name: what is in front of the user is what they mean.
  init?(_ name: String, catalogue: PretrainedCatalogue) {
    if let entry = catalogue.entry(name) {
      self = .hub(entry.reference, entry)
    } else if Self.isPath(name) {
      self = .path((name as NSString).expandingTildeInPath)
    } else if let reference = HubReference(name) {
      self = .hub(reference, nil)
    } else {
      return nil
    }
  }

  private static func isPath(_ name: String) -> Bool {
    if ["/", "./", "../", "~/"].contains(where: name.hasPrefix)
      || [".", "..", "~"].contains(name)
    {
      return true
    }
    if [".pt", ".bin", ".ckpt", ".safetensors"].contains(where: name.hasSuffix)
    {
      return true
    }
    return access("\(name)/\(PretrainedFiles.configurationName)", F_OK) == 0
  }
}
