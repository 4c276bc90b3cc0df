import Diagnostics
import Files
import Foundation
import Speech
import Synchronization
import Tensors
import Weights

/// Runs whole audio files through an upstream into one safetensors file: for
/// each a tensor with the file's stem as its name, `[layers, frames, width]`,
/// single precision.
///
/// One utterance a thread or several short ones, the longest first; the
/// file's bytes do not depend on the number of threads, nor on whether it was
/// stopped in between. Memory: a few utterances a thread.
package struct StateFileExtraction: Sendable {
  package struct Outcome: Sendable {
    /// In the file.
    package var utterances: Int
    /// Of these, what an earlier extraction had left there.
    package var resumed: Int
    /// That went through the upstream.
    package var audioSeconds: Double
    /// Of all hidden states.
    package var bytes: Int
    package var elapsedSeconds: Double
    /// In the order of their paths.
    package var failures: [ExtractionFailure]
  }

  private let upstream: CheckedUpstream
  private let list: UtteranceList
  /// The only one to be written.
  private let layer: Int?
  private let threads: Int

  /// - Parameter layer: one alone, or all; negative counts from the last.
  /// - Throws: `UserError` if there is no such layer.
  package init(
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

  /// What ``write(to:progress:isCancelled:)`` will take, whatever an earlier
  /// one has left.
  ///
  /// - Throws: `UserError` if the disk has not the room.
  package func forecast(
    for path: String, isCancelled: () -> Bool = { false }
  ) throws -> ExtractionForecast {
    var forecast = ExtractionForecast(
      utterances: list.utterances.count, audioSeconds: list.seconds,
      bytes: list.utterances.reduce(0) {
        $0
          + upstream.expectedBytes(
            ofSeconds: $1.seconds, layers: layer == nil ? nil : 1)
      })
    var needed = forecast
    needed.bytes -= SafeTensorsStream.partialBytes(of: path)
    let folder = (path as NSString).deletingLastPathComponent
    try needed.checkRoom(in: folder.isEmpty ? "." : folder)
    forecast.seconds = upstream.expectedSeconds(
      of: list.seconds, threads: threads, isCancelled: isCancelled)
    return forecast
  }

  /// Does what an earlier one of the same has left to do. Without a single
  /// utterance there is no file.
  ///
  /// - Parameters:
  ///   - path: of the file, which appears when it is whole.
  ///   - progress: called on the caller's thread, some ten times a second.
  ///   - isCancelled: asked as often.
  /// - Throws: `UserError` if the disk refuses, or `CancellationError`; what
  ///   was written by then is kept beside the file for the next one. What is
  ///   wrong with an audio file is among the outcome's failures.
  package func write(
    to path: String, progress: (ExtractionProgress) -> Void = { _ in },
    isCancelled: () -> Bool = { false }
  ) throws -> Outcome {
    // An engine sees to it that BLAS computes on the thread that asks.
    _ = Engine(threads: 1, seed: 0)
    let stream = try SafeTensorsStream(
      path: path, subject: subject, names: list.utterances.map(\.stem),
      metadata: metadata)
    let there = stream.names
    let sink = StateFileSink(stream: stream, ahead: 2 * threads)
    let start = ContinuousClock.now
    let doneAudio = SecondsCounter()
    do {
      try deliver(
        list.utterances.filter { !there.contains($0.stem) }, to: sink,
        doneAudio: doneAudio,
        progress: { progress($0.following(there.count)) },
        isCancelled: isCancelled)
      let (bytes, failures) = try sink.finish()
      return Outcome(
        utterances: list.utterances.count - failures.count,
        resumed: there.count, audioSeconds: doneAudio.value, bytes: bytes,
        elapsedSeconds: start.secondsUntilNow,
        failures: (list.failures + failures).sorted { $0.path < $1.path })
    } catch {
      sink.stop()
      throw error
    }
  }

  /// Runs utterances through the upstream into a sink.
  private func deliver(
    _ utterances: [UtteranceList.Utterance], to sink: StateFileSink,
    doneAudio: SecondsCounter, progress: (ExtractionProgress) -> Void,
    isCancelled: () -> Bool
  ) throws {
    let start = ContinuousClock.now
    let allAudio = utterances.reduce(0) { $0 + $1.seconds }
    let passes = upstream.passes(
      ofSeconds: utterances.map(\.seconds), threads: threads)
    try ParallelWork.run(
      count: passes.count, threads: threads,
      tick: {
        progress(
          .computing(
            since: start, done: sink.delivered, of: utterances.count,
            audioSeconds: doneAudio.value, doneAudio: doneAudio.value,
            allAudio: allAudio))
        if isCancelled() { sink.close() }
      }, isCancelled: isCancelled,
      context: { AudioReader(rate: upstream.description.rate) },
      work: { index, reader in
        guard sink.waitForTurn(of: index) else { return .done }
        let pass = utterances[passes[index]]
        let deliveries: [StateFileSink.Delivery]
        do {
          deliveries = try self.deliveries(of: pass, &reader)
        } catch {
          // Nobody is to wait for a number that will never come.
          sink.close()
          throw error
        }
        for case (let utterance, .success) in zip(pass, deliveries) {
          doneAudio.add(utterance.seconds)
        }
        try sink.deliver(index, deliveries)
        return .done
      })
  }

  private func deliveries(
    of pass: ArraySlice<UtteranceList.Utterance>, _ reader: inout AudioReader
  ) throws -> [StateFileSink.Delivery] {
    // If something is wrong with one of them, each by itself.
    if pass.count > 1,
      let states = try? self.states(of: pass.map(\.path), &reader)
    {
      return zip(pass, states).map { .success(($0.stem, $1)) }
    }
    var deliveries: [StateFileSink.Delivery] = []
    for utterance in pass {
      do {
        let states = try self.states(of: [utterance.path], &reader)
        deliveries += states.map { .success((utterance.stem, $0)) }
      } catch let error as UserError {
        deliveries.append(
          .failure(ExtractionFailure(path: utterance.path, error)))
      }
    }
    return deliveries
  }

  /// All that decides what is in the file.
  private var subject: ContentDigest {
    ContentDigest(
      of: "superb.extract/1", upstream.description.digest,
      upstream.description.name, layer ?? -1, list.digest.hexadecimal)
  }

  private var metadata: [String: String] {
    var metadata = [
      "upstream": upstream.description.name,
      "upstream_digest": upstream.description.digest,
      "samples_per_frame": "\(upstream.description.heardPerFrame ?? 0)",
    ]
    metadata["sampling_rate"] = upstream.description.samplingRate.map(
      String.init)
    if let layer { metadata["layer"] = "\(layer)" }
    return metadata
  }

  private func states(
    of paths: [String], _ reader: inout AudioReader
  ) throws -> [HiddenStates] {
    var pieces: [(audio: [Float], path: String)] = []
    for path in paths {
      pieces.append((try reader.read(path, AudioChain()), path))
    }
    var states: [HiddenStates]
    if let files = upstream.upstream as? any FileUpstream {
      states = try pieces.map {
        try upstream.hiddenStates(
          ofFile: $0.path,
          samples: upstream.description.speechSamples($0.audio.count),
          from: files)
      }
    } else {
      states = try upstream.hiddenStates(of: pieces)
    }
    if let layer { states = states.map { $0.layer(layer) } }
    return states
  }
}
