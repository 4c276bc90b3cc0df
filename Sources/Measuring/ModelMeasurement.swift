import CBLAS
import Foundation
import Models
import Synchronization
import Tensors

/// Hidden states of a pretrained model, each utterance on one core, short ones
/// several at a time.
package enum ModelMeasurement {
  /// What `superb bench` prints.
  package struct Line: Encodable, Sendable {
    package var name = "extract"
    package var shape: String
    package var threads: Int
    /// For all utterances, the median of the rounds.
    package var seconds: Double
    /// Seconds of audio in a second.
    package var timesRealTime: Double
    /// The model's matrix products over all the time it takes.
    package var gflops: Double
    /// What BLAS reaches with large matrices on as many cores, one product on
    /// each.
    package var sgemmGflops: Double
    package var shareOfSgemm: Double
    /// `gflops` over what the processor's multiply-adds make at most, measured
    /// in the same run.
    package var shareOfPeak: Double?
    /// The most memory that the process has had so far, weights included.
    package var peakBytes: Int
  }

  private static let mixed = (
    name: "14 utterances of 2-15 s", lengths: (0..<14).map { Double(15 - $0) }
  )

  /// A model of base size: utterances of 1, 4 and 15 s, sixteen, four and two
  /// for each of `threads`, then lengths from 2 to 15 s, the longest first.
  package static func base(
    threads: Int, emit: (Line) throws -> Void
  ) throws {
    let alike = [1, 4, 15].map { seconds in
      (
        name: "\(seconds) s",
        lengths: [Double](
          repeating: Double(seconds), count: max(2, 16 / seconds) * threads)
      )
    }
    try measure(
      "base", .base, alike + [mixed], threads: threads, rounds: 3, emit)
  }

  /// A model of large size, which takes four times as long as a base one.
  package static func large(
    threads: Int, emit: (Line) throws -> Void
  ) throws {
    try measure("large", .large, [mixed], threads: threads, rounds: 1, emit)
  }

  /// Measures a model with weights of noise on sets of utterances, which are
  /// lengths in seconds in the order they are taken.
  ///
  /// Rounds of the model and of BLAS alternate, so that what else the machine
  /// does falls on both.
  private static func measure(
    _ size: String, _ configuration: ModelConfiguration,
    _ sets: [(name: String, lengths: [Double])], threads: Int, rounds: Int,
    _ emit: (Line) throws -> Void
  ) throws {
    openblas_set_num_threads(1)
    let model = try SpeechModels.load(
      configuration: configuration, tensors: NoiseTensors(configuration))
    for (name, lengths) in sets {
      let samples = lengths.map(NoiseTensors.audio)
      let operations = samples.reduce(0) {
        $0 + configuration.operations(samples: $1.count)
      }
      let groups = UtteranceGroups.ranges(
        ofSeconds: lengths, threads: threads)
      let matrix = (0..<side * side).map { NoiseTensors.value($0) }
      var times: [Double] = []
      var products: [Double] = []
      for _ in 0..<rounds {
        times.append(
          try time(groups.count, threads: threads) {
            _ = try model.hiddenStates(ofEach: Array(samples[groups[$0]]))
          })
        products.append(
          try time(threads, threads: threads) { _ in multiply(matrix) })
      }
      let seconds = median(times)
      let gflops = operations / seconds / 1e9
      let sgemm =
        Double(threads) * 2 * Double(side * side * side) / median(products)
        / 1e9
      try emit(
        Line(
          shape: "wav2vec2 \(size), \(name)", threads: threads,
          seconds: seconds, timesRealTime: lengths.reduce(0, +) / seconds,
          gflops: gflops, sgemmGflops: sgemm, shareOfSgemm: gflops / sgemm,
          peakBytes: peakBytes()))
    }
  }

  private static let side = 2048

  private static func multiply(_ matrix: [Float]) {
    let count = Int32(side)
    let product = AlignedMemory.allocate(
      byteCount: side * side * MemoryLayout<Float>.stride)
    defer { product.deallocate() }
    cblas_sgemm(
      CblasRowMajor, CblasNoTrans, CblasNoTrans, count, count, count, 1,
      matrix, count, matrix, count, 0,
      product.assumingMemoryBound(to: Float.self), count)
  }

  /// Seconds until `work` has been done for every number below `count`.
  private static func time(
    _ count: Int, threads: Int, _ work: @Sendable (Int) throws -> Void
  ) throws -> Double {
    let next = Atomic(0)
    let failure = Mutex<(any Error)?>(nil)
    let began = ContinuousClock.now
    DispatchQueue.concurrentPerform(iterations: max(1, threads)) { _ in
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < count else { return }
        do {
          try work(index)
        } catch {
          failure.withLock { $0 = error }
        }
      }
    }
    let seconds = (ContinuousClock.now - began) / .seconds(1)
    if let error = failure.withLock({ $0 }) { throw error }
    return seconds
  }

  private static func peakBytes() -> Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    // Linux counts in kibibytes.
    return usage.ru_maxrss * 1024
  }
}
