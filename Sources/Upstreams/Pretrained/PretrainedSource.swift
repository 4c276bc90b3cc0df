import Diagnostics
import Foundation

/// Where the weights that a user names are.
enum PretrainedSource: Sendable {
  /// A name of s3prl's.
  case catalogue(PretrainedCatalogue.Entry)
  /// `organisation/name`, perhaps with `@revision`.
  case hub(HubReference)
  /// A folder or a file, with `~` expanded.
  case path(String)

  /// - Returns: nil for what is none of them.
  ///
  /// A folder that is there is preferred to a model of the hub of the same
  /// name: what is in front of the user is what they mean.
  init?(_ name: String, catalogue: PretrainedCatalogue) {
    if let entry = catalogue.entry(name) {
      self = .catalogue(entry)
    } else if Self.isPath(name) {
      self = .path((name as NSString).expandingTildeInPath)
    } else if let reference = HubReference(name) {
      self = .hub(reference)
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
