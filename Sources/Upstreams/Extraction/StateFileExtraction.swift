import Diagnostics
import Foundation
import Speech
import Synchronization
import Tensors

/// Runs whole audio files through an upstream into one safetensors file: for
/// each a tensor with the file's stem as its name, `[layers, frames, width]`,
/// single precision.
///
/// One utterance a thread, the longest first; the file's bytes do not depend
/// on the number of threads. Memory: a few utterances a thread.
public struct StateFileExtraction: Sendable {
  public struct Outcome: Sendable {
    public var utterances: Int
    public var audioSeconds: Double
    /// Of hidden states.
    public var bytes: Int
    public var elapsedSeconds: Double
    /// In the order of their paths.
    public var failures: [ExtractionFailure]
  }

  private let upstream: CheckedUpstream
  private let list: UtteranceList
  /// The only one to be written.
  private let layer: Int?
  private let threads: Int

  /// - Parameter layer: one alone, or all; negative counts from the last.
  /// - Throws: `UserError` if there is no such layer.
  public init(
    upstream: any Upstream, list: UtteranceList, layer: Int?, threads: Int
  ) throws {
    self.upstream = try CheckedUpstream(upstream)
    self.list = list
    self.threads = max(1, threads)
    let layers = upstream.description.layers
    self.layer = try layer.map { layer in
      let index = layer < 0 ? layers + layer : layer
      guard (0..<layers).contains(index) else {
        throw UserError(
          "'\(upstream.description.name)' has \(layers) layers, there is no "
            + "layer \(layer)", at: "--layer",
          fix: "0 is the first, -1 the last")
      }
      return index
    }
  }

  /// Bytes that the hidden states will take.
  public var expectedBytes: Int {
    let description = upstream.description
    let frames = list.utterances.reduce(0) {
      $0 + Int($1.seconds * Double(speechSampleRate))
        / Int(description.samplesPerFrame)
    }
    return frames * description.dimension
      * (layer == nil ? description.layers : 1) * MemoryLayout<Float>.size
  }

  /// Does it. Without a single utterance there is no file.
  ///
  /// - Parameters:
  ///   - path: of the file, which appears when it is whole.
  ///   - progress: called on the caller's thread, some ten times a second.
  ///   - isCancelled: asked as often.
  /// - Throws: `UserError` if the disk refuses, or `CancellationError`. What
  ///   is wrong with an audio file is among the outcome's failures.
  public func write(
    to path: String, progress: (ExtractionProgress) -> Void = { _ in },
    isCancelled: () -> Bool = { false }
  ) throws -> Outcome {
    // An engine sees to it that BLAS computes on the thread that asks.
    _ = Engine(threads: 1, seed: 0)
    let utterances = list.utterances
    let sink = try StateFileSink(
      stream: SafeTensorsStream(
        path: path, names: utterances.map(\.stem), metadata: metadata),
      ahead: 2 * threads)
    let start = ContinuousClock.now
    let doneAudio = SecondsCounter()
    try ParallelWork.run(
      count: utterances.count, threads: threads,
      tick: {
        let elapsed = start.secondsUntilNow
        progress(
          ExtractionProgress(
            phase: .computing, done: sink.delivered, total: utterances.count,
            audioSeconds: doneAudio.value, elapsedSeconds: elapsed,
            secondsLeft: ExtractionProgress.secondsLeft(
              doneAudio: doneAudio.value, allAudio: list.seconds,
              elapsed: elapsed)))
        if isCancelled() { sink.close() }
      }, isCancelled: isCancelled, context: { AudioReader() },
      work: { index, reader in
        guard sink.waitForTurn(of: index) else { return .done }
        let utterance = utterances[index]
        do {
          let states = try self.states(of: utterance.path, &reader)
          doneAudio.add(utterance.seconds)
          try sink.deliver(index, .success((utterance.stem, states)))
        } catch let error as UserError where !sink.isClosed {
          try sink.deliver(
            index, .failure(ExtractionFailure(path: utterance.path, error)))
        } catch {
          // Nobody is to wait for a number that will never come.
          sink.close()
          throw error
        }
        return .done
      })
    let (written, bytes, failures) = try sink.finish()
    return Outcome(
      utterances: written, audioSeconds: doneAudio.value, bytes: bytes,
      elapsedSeconds: start.secondsUntilNow,
      failures: (list.failures + failures).sorted { $0.path < $1.path })
  }

  private var metadata: [String: String] {
    var metadata = [
      "upstream": upstream.description.name,
      "upstream_digest": upstream.description.digest,
      "samples_per_frame": "\(Int(upstream.description.samplesPerFrame))",
    ]
    if let layer { metadata["layer"] = "\(layer)" }
    return metadata
  }

  private func states(
    of path: String, _ reader: inout AudioReader
  ) throws -> HiddenStates {
    let audio = try reader.read(path, AudioChain())
    var states: HiddenStates
    if let files = upstream.upstream as? any FileUpstream {
      states = try upstream.hiddenStates(
        ofFile: path, samples: audio.count, from: files)
    } else {
      states = try upstream.hiddenStates(of: audio, path: path)
    }
    if let layer { states = states.layer(layer) }
    return states
  }
}
