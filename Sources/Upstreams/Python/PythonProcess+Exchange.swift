import Diagnostics
import Foundation

extension PythonProcess {
  /// Why there is no reply.
  enum Silence: Error {
    /// The process has ended.
    case ended(String)
    /// It did not answer within so many seconds, and was ended.
    case timedOut(Double)
    /// What it sent is no reply; it was ended.
    case refused(String)
  }

  /// Sends a request and waits for its reply.
  ///
  /// - Parameter timeout: in seconds.
  /// - Throws: ``Silence``.
  func exchange(
    _ request: BridgeFrame.Request, samples: [Float] = [], timeout: Double
  ) throws -> (BridgeReply, [Float]) {
    let deadline = ContinuousClock.now + .seconds(timeout)
    do {
      let opening = try BridgeFrame.opening(
        request, payload: samples.count * MemoryLayout<Float>.size)
      try opening.withUnsafeBytes { try send($0, by: deadline) }
      try samples.withUnsafeBytes { try send($0, by: deadline) }
      var prefix = [UInt8](repeating: 0, count: BridgeFrame.prefixBytes)
      try prefix.withUnsafeMutableBytes { try receive($0, by: deadline) }
      let lengths = try BridgeFrame.lengths(prefix)
      var header = Data(count: lengths.header)
      try header.withUnsafeMutableBytes { try receive($0, by: deadline) }
      let reply = try BridgeReply(header: header, payload: lengths.payload)
      let values = try receive(
        floats: lengths.payload / MemoryLayout<Float>.size, by: deadline)
      takeOutput()
      return (reply, values)
    } catch let refusal as BridgeFrame.Refusal {
      end()
      throw Silence.refused(refusal.reason)
    } catch is Deadline {
      end()
      takeOutput()
      throw Silence.timedOut(timeout)
    } catch is Closed {
      throw Silence.ended(reasonOfEnd())
    }
  }

  private struct Deadline: Error {}
  private struct Closed: Error {}

  private func send(
    _ bytes: UnsafeRawBufferPointer, by deadline: ContinuousClock.Instant
  ) throws {
    var left = bytes
    while !left.isEmpty {
      // A process that is gone is an error here, not a signal.
      let count = Foundation.send(
        channel.descriptor, left.baseAddress, left.count, Int32(MSG_NOSIGNAL))
      if count >= 0 {
        left = UnsafeRawBufferPointer(rebasing: left.dropFirst(count))
      } else if errno == EAGAIN || errno == EWOULDBLOCK {
        try wait(for: POLLOUT, by: deadline)
      } else if errno != EINTR {
        throw Closed()
      }
    }
  }

  /// Numbers, straight into their place, a gigabyte of which is only reserved
  /// until they come; room for more is made as they arrive, since what a
  /// header promises may be anything.
  private func receive(
    floats count: Int, by deadline: ContinuousClock.Instant
  ) throws -> [Float] {
    var values: [Float] = []
    while values.count < count {
      // As much again as has come.
      let next = min(count - values.count, max(1 << 28, values.count))
      let come = try [Float](unsafeUninitializedCapacity: next) {
        try receive(
          UnsafeMutableRawBufferPointer(
            start: $0.baseAddress, count: next * MemoryLayout<Float>.size),
          by: deadline)
        $1 = next
      }
      if values.isEmpty { values = come } else { values += come }
    }
    return values
  }

  private func receive(
    _ bytes: UnsafeMutableRawBufferPointer,
    by deadline: ContinuousClock.Instant
  ) throws {
    var left = bytes
    while !left.isEmpty {
      let count = recv(channel.descriptor, left.baseAddress, left.count, 0)
      if count > 0 {
        left = UnsafeMutableRawBufferPointer(rebasing: left.dropFirst(count))
      } else if count < 0, errno == EAGAIN || errno == EWOULDBLOCK {
        try wait(for: POLLIN, by: deadline)
      } else if count == 0 || errno != EINTR {
        throw Closed()
      }
    }
  }

  /// Waits until the channel is ready, and keeps what is printed meanwhile
  /// from filling its pipe.
  private func wait(
    for events: Int32, by deadline: ContinuousClock.Instant
  ) throws {
    while true {
      let left = ContinuousClock.now.duration(to: deadline) / .milliseconds(1)
      guard left > 0 else { throw Deadline() }
      var requests = [
        pollfd(fd: channel.descriptor, events: Int16(events), revents: 0),
        pollfd(fd: output.descriptor, events: Int16(POLLIN), revents: 0),
      ]
      guard poll(&requests, 2, Int32(min(left.rounded(.up), 60_000))) > 0 else {
        continue
      }
      if requests[1].revents & Int16(POLLIN) != 0 { takeOutput() }
      if requests[0].revents != 0 { return }
      // The user's code has closed its own streams.
      if requests[1].revents == Int16(POLLHUP) { usleep(1000) }
    }
  }
}
