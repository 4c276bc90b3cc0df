import Diagnostics
import Foundation

/// A child that is listened to until it ends, and ended where it takes more
/// than it may. It sees an empty standard input that closes with this
/// process.
package struct SupervisedChild {
  /// What a child may take. No limit where nil.
  package struct Limits: Sendable {
    /// From its start to its end.
    package var time: Duration?
    /// Without a sign of life.
    package var silence: Duration?
    /// Bytes of memory of it and of all that it has started.
    package var memory: Int?
    /// From being asked to stop to being ended.
    package var stopping = Duration.seconds(20)

    package init(
      time: Duration? = nil, silence: Duration? = nil, memory: Int? = nil
    ) {
      self.time = time
      self.silence = silence
      self.memory = memory
    }
  }

  /// How it came to an end.
  package enum Outcome: Equatable, Sendable {
    case ended(ChildProcess.End)
    case tookTooLong(Duration)
    case silent(Duration)
    case grewTooLarge(bytes: Int)
  }

  package var program: ChildProcess.Program
  package var limits: Limits
  /// What it finds as 3, 4, … besides its three streams. They stay the
  /// caller's.
  package var descriptors: [Int32] = []
  /// Whether it should stop: asked often, from the thread that waits.
  package var isStopRequested: () -> Bool = { false }
  /// Takes what it writes to standard output, and says whether that was a
  /// sign of life.
  package var onOutput: (UnsafeRawBufferPointer) -> Bool = { _ in true }
  /// Takes what it writes to standard error; where nil, that is output.
  package var onErrors: ((UnsafeRawBufferPointer) -> Void)?
  /// Time since some moment, by a clock that nobody can set and that stands
  /// still while the machine sleeps.
  package var now: () -> Duration = {
    SuspendingClock.now - SupervisedChild.beginning
  }

  private static let beginning = SuspendingClock.now
  /// Read at a time; more in a row makes the child wait.
  private static let chunkBytes = 1 << 16
  /// Of what a child that has ended may have left in its pipes.
  private static let drainBytes = 4 << 20

  package init(_ program: ChildProcess.Program, limits: Limits) {
    self.program = program
    self.limits = limits
  }

  /// Runs it to its end on this thread.
  ///
  /// - Throws: `UserError` if it cannot be started.
  package func run() throws -> Outcome {
    let (child, life, ends, errors) = try start()
    var streams = ends
    return withExtendedLifetime(life) {
      listen(to: child, &streams, errors: errors)
    }
  }

  /// Starts it, and keeps no end of a pipe that is the child's.
  private func start() throws -> (
    child: ChildProcess, life: RawFile, streams: [RawFile], errors: RawFile?
  ) {
    let life = try RawFile.pipe()
    let output = try RawFile.pipe()
    let errors = onErrors == nil ? nil : try RawFile.pipe()
    let child = try ChildProcess(
      program,
      descriptors: [
        life.reading, output.writing, (errors ?? output).writing,
      ].map(\.descriptor) + descriptors)
    let streams = [output.reading] + (errors.map { [$0.reading] } ?? [])
    for stream in streams { stream.stopWaiting() }
    return (child, life.writing, streams, errors?.reading)
  }

  private func listen(
    to child: ChildProcess, _ streams: inout [RawFile], errors: RawFile?
  ) -> Outcome {
    let buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: Self.chunkBytes, alignment: 16)
    defer { buffer.deallocate() }
    let start = now()
    var (lastSign, lastLook) = (start, start)
    var stopRequest: Duration?
    while true {
      wait(for: child, streams)
      if let end = child.poll() {
        drain(&streams, errors, buffer)
        return .ended(end)
      }
      let taken = take(&streams, errors, buffer)
      let time = now()
      if taken.isSign { lastSign = time }
      if stopRequest == nil, isStopRequested() {
        child.send(SIGTERM)
        stopRequest = time
      }
      if let stopRequest, time - stopRequest > limits.stopping { child.kill() }
      let excess: Outcome? =
        if let most = limits.time, time - start > most {
          .tookTooLong(most)
        } else if let most = limits.silence, time - lastSign > most {
          .silent(most)
        } else { nil }
      if let excess {
        child.kill()
        drain(&streams, errors, buffer)
        return excess
      }
      if let most = limits.memory, time - lastLook > .milliseconds(200) {
        lastLook = time
        if ProcessMemory.bytes(of: child.members) > most {
          child.kill()
          return .grewTooLarge(bytes: most)
        }
      }
      // Whoever writes without end must not keep a core busy here.
      if taken.isFull { usleep(5000) }
    }
  }

  /// Until there is something to read or an end, or it is time to look.
  private func wait(for child: ChildProcess, _ streams: [RawFile]) {
    var requests = streams.map {
      pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0)
    }
    requests.append(
      pollfd(fd: child.endDescriptor, events: Int16(POLLIN), revents: 0))
    poll(&requests, nfds_t(requests.count), child.endDescriptor < 0 ? 10 : 100)
  }

  /// Reads once from every stream; those that have ended go.
  private func take(
    _ streams: inout [RawFile], _ errors: RawFile?,
    _ buffer: UnsafeMutableRawBufferPointer
  ) -> (isSign: Bool, isFull: Bool, bytes: Int) {
    var (isSign, isFull, bytes) = (false, false, 0)
    streams.removeAll { stream in
      let count = read(stream.descriptor, buffer.baseAddress, buffer.count)
      if count < 0 { return errno != EAGAIN && errno != EINTR }
      if count == 0 { return true }
      let piece = UnsafeRawBufferPointer(rebasing: buffer[..<count])
      if stream === errors {
        onErrors?(piece)
      } else if onOutput(piece) {
        isSign = true
      }
      isFull = isFull || count == buffer.count
      bytes += count
      return false
    }
    return (isSign, isFull, bytes)
  }

  /// Takes what is left when nobody writes any more, without waiting for
  /// whoever may still hold the other ends.
  private func drain(
    _ streams: inout [RawFile], _ errors: RawFile?,
    _ buffer: UnsafeMutableRawBufferPointer
  ) {
    var left = Self.drainBytes
    while left > 0, !streams.isEmpty {
      let bytes = take(&streams, errors, buffer).bytes
      if bytes == 0 { return }
      left -= bytes
    }
  }
}
