/// A tensor: float32 numbers, row-major, of rank 0 to 4, with the gradient
/// that the tape leaves there. What a task sees as a `superb_tensor`.
///
/// A node made in a step lives until ``Engine/endStep()``; its numbers are
/// gone then, and operators refuse it. Parameters live as long as the engine.
package final class Node {
  package let shape: Shape
  /// Whether a gradient flows to it.
  package let requiresGradient: Bool
  /// The owner, which outlives its nodes. Unchecked, since the engine's own
  /// end releases them while it is going.
  unowned(unsafe) let engine: Engine

  /// 64-byte aligned unless the node is a view.
  package private(set) var pointer: UnsafeMutablePointer<Float>
  private var block: Arena.Block?
  private var gradientBlock: Arena.Block?
  /// Whether the gradient's numbers count. A buffer may wait with old ones.
  private(set) var hasGradient = false
  /// A view shares numbers and gradient with a part of another node.
  private let base: Node?
  private let baseOffset: Int
  package private(set) var isReleased = false
  /// How sums over the outermost axis are cut; nil where they are not.
  var blocks: RowBlocks?
  /// Whether other processes have made the rows of their blocks, and this one
  /// lacks them. Of ``origin``, as is the next.
  var isPartial = false
  /// Whether only this process's rows of the gradient count.
  var gradientIsPartial = false

  init(shape: Shape, requiresGradient: Bool, engine: Engine) {
    let block = engine.arena.allocate(shape.count)
    self.shape = shape
    self.requiresGradient = requiresGradient
    self.engine = engine
    self.block = block
    self.pointer = block.pointer
    self.base = nil
    self.baseOffset = 0
  }

  /// The numbers of `base` from `offset` on, in another shape.
  init(viewOf base: Node, offset: Int, shape: Shape) {
    self.shape = shape
    self.requiresGradient = base.requiresGradient
    self.engine = base.engine
    self.block = nil
    self.pointer = base.pointer + offset
    self.base = base.base ?? base
    self.baseOffset = base.baseOffset + offset
  }

  package var count: Int { shape.count }

  /// The node that this one is a part of; itself if it is no view.
  var origin: Node { base ?? self }

  /// The numbers; empty once the node's step has ended.
  package var values: UnsafeBufferPointer<Float> {
    if origin.isPartial, !isReleased { engine.complete(self) }
    return UnsafeBufferPointer(start: pointer, count: isReleased ? 0 : count)
  }

  /// The first number: the value of a rank 0 node. NaN if there is none.
  package var item: Float { values.first ?? .nan }

  /// The gradient; nil where none has arrived.
  package var gradientValues: UnsafeBufferPointer<Float>? {
    if let base {
      return base.gradientValues.map {
        UnsafeBufferPointer(rebasing: $0[baseOffset..<baseOffset + count])
      }
    }
    guard hasGradient, let gradientBlock else { return nil }
    return UnsafeBufferPointer(start: gradientBlock.pointer, count: count)
  }

  /// Where to add to the gradient; zeros if none has arrived before.
  var gradient: UnsafeMutablePointer<Float> {
    if let base { return base.gradient + baseOffset }
    let (pointer, isFresh) = gradientToFill
    if isFresh {
      engine.forEachPiece(of: count) { first, count in
        (pointer + first).update(repeating: 0, count: count)
      }
    }
    return pointer
  }

  /// Where to add to the gradient, if one flows here.
  var wantedGradient: UnsafeMutablePointer<Float>? {
    requiresGradient ? gradient : nil
  }

  /// Where to put the gradient: to be overwritten in full if fresh, else to
  /// be added to.
  var gradientToFill: (pointer: UnsafeMutablePointer<Float>, isFresh: Bool) {
    if let base { return (base.gradient + baseOffset, false) }
    let isFresh = !hasGradient
    hasGradient = true
    if let gradientBlock { return (gradientBlock.pointer, isFresh) }
    let block = engine.arena.allocate(count)
    gradientBlock = block
    return (block.pointer, isFresh)
  }

  /// Forgets the gradient and keeps its buffer.
  func clearGradient() { hasGradient = false }

  /// The gradient, which the node is without afterwards; nil if it has none.
  func takeGradient() -> Arena.Block? {
    guard hasGradient, let block = gradientBlock else { return nil }
    (hasGradient, gradientBlock) = (false, nil)
    return block
  }

  /// Adds what ``takeGradient()`` has given.
  func addGradient(_ block: Arena.Block) {
    if hasGradient {
      engine.addScaled(block.pointer, 1, count: count, to: gradient)
      engine.arena.release(block)
    } else {
      if let gradientBlock { engine.arena.release(gradientBlock) }
      (hasGradient, gradientBlock) = (true, block)
    }
  }

  /// Forgets the gradient and gives its buffer back.
  func releaseGradient(into arena: inout Arena) {
    hasGradient = false
    guard let block = gradientBlock else { return }
    gradientBlock = nil
    arena.release(block)
  }

  /// Gives all memory back. The arena is passed since the engine calls this
  /// while it goes, too.
  func release(into arena: inout Arena) {
    guard !isReleased else { return }
    releaseGradient(into: &arena)
    if let block { arena.release(block) }
    block = nil
    isReleased = true
  }
}
