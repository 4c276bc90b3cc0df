import Foundation
import Synchronization
import Testing

@testable import Tensors

@Suite struct EngineSubnormalsTests {
  /// 1e-40, unless it is taken for zero.
  @inline(never)
  private static func product(_ one: Float, _ other: Float) -> Float {
    one * other
  }

  @Test func subnormalsAreZerosInTheThreadAndThoseItStarts() throws {
    // On a thread of its own: the setting would outlive the test.
    let found = Mutex<[Float]>([])
    let done = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      Engine.flushSubnormals()
      let engine = Engine(threads: 2, seed: 0)
      engine.parallel(16) { _ in
        let value = Self.product(1e-30, 1e-10)
        found.withLock { $0.append(value) }
        usleep(100)
      }
      done.signal()
    }
    done.wait()
    let products = found.withLock { $0 }
    #expect(products.count == 16)
    #expect(products.allSatisfy { $0 == 0 }, "\(products)")
    #expect(Self.product(1e-30, 1e-10) > 0)
  }
}
