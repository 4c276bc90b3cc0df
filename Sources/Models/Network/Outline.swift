/// What can be told of a network without numbers: its tensors, how they are
/// packed, and the operations it takes.
final class Outline {
  /// What an operator keeps of its tensors for the packed engine.
  typealias Packing = (ParameterReader) throws -> any Sendable

  /// By the operator's name.
  private(set) var packings: [String: Packing] = [:]
  /// Numbers that a frame has in all hidden states.
  fileprivate(set) var stateNumbers = 0
  /// Multiplications and additions of all matrix products.
  private(set) var operations = 0.0
  private var found: [ModelParameter] = []
  private var names: Set<String> = []
  private var isFused = false

  /// - Parameter rows: of the input, as far as operations matter.
  init(of network: some Network, rows: Int = 1) {
    network.run(OutlineFrames(outline: self, rows: rows, width: network.inputs))
  }

  /// Every tensor once.
  var parameters: [ModelParameter] { found.sorted { $0.place < $1.place } }

  /// Notes an operator; one that comes again is the same one.
  func declare(
    _ name: String, _ parameters: [ModelParameter], packing: @escaping Packing
  ) {
    guard names.insert(name).inserted else { return }
    found += parameters
    if !isFused { packings[name] = packing }
  }

  /// Notes operators that are packed as one.
  func fuse(
    _ name: String, packing: @escaping Packing,
    _ body: () -> OutlineFrames
  ) -> OutlineFrames {
    packings[name] = packing
    isFused = true
    defer { isFused = false }
    return body()
  }

  /// Counts a product of [rows, depth] and [depth, width].
  func countProduct(_ rows: Int, _ depth: Int, _ width: Int) {
    operations += 2 * Double(rows) * Double(depth) * Double(width)
  }
}

/// Frames that have a size and no numbers.
struct OutlineFrames: Frames {
  typealias Failure = Never

  let outline: Outline
  var rows, width: Int

  func keep() { outline.stateNumbers += width }

  /// As many frames, or so many, of that width.
  func sized(_ width: Int, rows: Int? = nil) -> Self {
    Self(outline: outline, rows: rows ?? self.rows, width: width)
  }
}
