import Foundation

/// This machine's own name, without asking anybody for its domain.
package func hostName() -> String {
  var name = [CChar](repeating: 0, count: 256)
  gethostname(&name, name.count - 1)
  return name.withUnsafeBufferPointer {
    $0.baseAddress.map { String(cString: $0) } ?? ""
  }
}
