import CBLAS
import Foundation
import Models
import Synchronization
import Tensors

/// How fast a model is: each utterance on one core, short ones together as
/// ``UtteranceGroups`` has them.
package struct ModelThroughput: Sendable {
  /// For all utterances, the median of the rounds.
  package var seconds: Double
  /// Of audio, in a second.
  package var timesRealTime: Double
  /// The model's matrix products over all the time it takes.
  package var gigaflops: Double
  /// What BLAS reaches with large matrices on as many cores, one product on
  /// each.
  package var sgemmGigaflops: Double

  package var shareOfSgemm: Double { gigaflops / sgemmGigaflops }

  /// Measures a model with weights of noise.
  ///
  /// Rounds of the model and of BLAS alternate, so that what else the machine
  /// does falls on both.
  ///
  /// - Parameters:
  ///   - utterances: their lengths in seconds, in the order they are taken.
  package static func measure(
    _ model: any SpeechModel, configuration: ModelConfiguration,
    utterances: [Double], threads: Int, rounds: Int
  ) throws -> Self {
    openblas_set_num_threads(1)
    let samples = utterances.map { length in
      (0..<Int(length * 16000)).map { NoiseTensors.value($0) }
    }
    let operations = samples.reduce(0) {
      $0 + configuration.operations(samples: $1.count)
    }
    let groups = UtteranceGroups.ranges(
      ofSeconds: utterances, threads: threads)
    let matrix = (0..<size * size).map { NoiseTensors.value($0) }
    var times: [Double] = []
    var products: [Double] = []
    for _ in 0..<max(1, rounds) {
      times.append(
        try time(groups.count, threads: threads) {
          _ = try model.hiddenStates(ofEach: Array(samples[groups[$0]]))
        })
      products.append(
        try time(threads, threads: threads) { _ in multiply(matrix) })
    }
    times.sort()
    products.sort()
    let seconds = times[times.count / 2]
    return Self(
      seconds: seconds, timesRealTime: utterances.reduce(0, +) / seconds,
      gigaflops: operations / seconds / 1e9,
      sgemmGigaflops: Double(threads) * 2 * Double(size * size * size)
        / products[products.count / 2] / 1e9)
  }

  private static let size = 2048

  private static func multiply(_ matrix: [Float]) {
    let count = Int32(size)
    let product = AlignedMemory.allocate(
      byteCount: size * size * MemoryLayout<Float>.stride)
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
}

extension SpeechModels {
  /// A model of that size with weights of noise: for measuring.
  package static func noise(
    _ configuration: ModelConfiguration
  ) throws -> any SpeechModel {
    try load(
      configuration: configuration, tensors: NoiseTensors(configuration))
  }
}
