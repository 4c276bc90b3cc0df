import Diagnostics
import Foundation
import Synchronization
import Weights

/// Takes hidden states from several threads, pass by pass, and writes them in
/// the order of the passes' numbers. A thread that is far ahead of the slowest
/// waits for it, so that not much is held.
final class StateFileSink: Sendable {
  typealias Delivery = Result<(String, HiddenStates), ExtractionFailure>

  private struct State: ~Copyable {
    var stream: SafeTensorsStream
    /// What waits for its predecessors, by number.
    var waiting: [Int: [Delivery]] = [:]
    /// The number to be written next.
    var next = 0
    /// Utterances so far.
    var delivered = 0
    var failures: [ExtractionFailure] = []
    var isClosed = false
  }

  private let state: Mutex<State>
  private let ahead: Int

  /// - Parameter ahead: how far a number may be before the next to be
  ///   written.
  init(stream: consuming sending SafeTensorsStream, ahead: Int) {
    self.ahead = ahead
    state = Mutex(State(stream: stream))
  }

  /// Utterances so far.
  var delivered: Int { state.withLock { $0.delivered } }

  var isClosed: Bool { state.withLock { $0.isClosed } }

  /// Lets everybody go who waits: nothing more is written.
  func close() { state.withLock { $0.isClosed = true } }

  /// Waits until a number is near enough to the one that is to be written.
  ///
  /// - Returns: false if nothing more is written.
  func waitForTurn(of index: Int) -> Bool {
    while true {
      let (isNear, isClosed) = state.withLock {
        (index < $0.next + ahead, $0.isClosed)
      }
      if isClosed { return false }
      if isNear { return true }
      usleep(2000)
    }
  }

  /// - Throws: `UserError` if the disk refuses; nothing more is written then.
  func deliver(_ index: Int, _ deliveries: [Delivery]) throws {
    try state.withLock { state in
      if state.isClosed { return }
      state.waiting[index] = deliveries
      state.delivered += deliveries.count
      do {
        while let next = state.waiting.removeValue(forKey: state.next) {
          state.next += 1
          for delivery in next {
            switch delivery {
            case .failure(let failure): state.failures.append(failure)
            case .success(let (name, states)):
              try state.stream.append(
                name, shape: [states.layers, states.frames, states.dimension],
                floats: states.values)
            }
          }
        }
      } catch {
        state.isClosed = true
        throw error
      }
    }
  }

  /// Puts the file in its place, if anything was written.
  ///
  /// - Returns: the bytes of all tensors.
  func finish() throws -> (bytes: Int, failures: [ExtractionFailure]) {
    try state.withLock { state in
      state.isClosed = true
      if state.stream.names.isEmpty {
        state.stream.stop()
      } else {
        try state.stream.commit()
      }
      return (state.stream.byteCount, state.failures)
    }
  }

  /// Writes no more, and keeps what was written for another time.
  func stop() {
    state.withLock { state in
      state.isClosed = true
      state.stream.stop()
    }
  }
}

extension ExtractionFailure: Error {}
