import Diagnostics

/// Tensors by the names that their file gives them.
///
/// A file is opened by checking all that it says about itself; its values are
/// mapped, and read when they are asked for.
package protocol TensorFile: Sendable {
  var path: String { get }
  /// Every name, sorted.
  var names: [String] { get }
  /// The shape, or nil if there is no such tensor.
  func shape(of name: String) -> [Int]?
  /// The values, row-major, in single precision.
  ///
  /// - Throws: `UserError` that names the file if there is no such tensor or
  ///   it does not hold floating-point numbers.
  func floats(_ name: String) throws -> [Float]
}

extension TensorFile {
  /// What is thrown for a name that is not among ``names``.
  package func missing(_ name: String) -> UserError {
    UserError(
      "there is no tensor '\(name.shown)'", at: path,
      fix: Suggestion.nearest(to: name, among: names)
        .map { "did you mean '\($0.shown)'?" })
  }

  /// What is thrown for a tensor whose elements are not of the wanted kind.
  func mismatch(
    _ name: String, _ element: TensorElement, _ wanted: String
  ) -> UserError {
    UserError(
      "the tensor '\(name.shown)' holds \(element.rawValue), not \(wanted) "
        + "numbers", at: path)
  }
}

extension SafeTensors: TensorFile {
  package func shape(of name: String) -> [Int]? { tensors[name]?.shape }
}

/// Why a file of weights is refused, in words that follow "this is no proper
/// … file:".
struct WeightsRefusal: Error, Equatable {
  var reason: String

  init(_ reason: String) {
    self.reason = reason
  }

  /// What the user is told of a whole file that is refused: what a download
  /// has left in its place, if it is that.
  func userError(
    _ file: UnsafeRawBufferPointer, at path: String, _ format: String,
    fix: String
  ) -> UserError {
    MistakenContent(start: file)?.error(at: path, wanted: "a file of weights")
      ?? userError(path, format, fix: fix)
  }

  /// What the user is told of a part that is refused when it is read.
  func userError(_ path: String, _ format: String, fix: String) -> UserError {
    UserError(
      "this is no proper \(format) file: \(reason)", at: path, fix: fix)
  }
}
