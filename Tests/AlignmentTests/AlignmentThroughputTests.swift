import Alignment
import Testing

@Suite struct AlignmentThroughputTests {
  /// The figures hang together; how high they are is for the benchmarks.
  @Test func ratesAreOfTheSameWork() throws {
    let rates = try AlignmentThroughput.measure(
      queries: [10, 30], documents: [50, 50, 100], dim: 16, threads: 1,
      rounds: 1)
    #expect(rates.threads == 1)
    #expect(rates.pairsPerSecond > 0)
    // 40 query frames and 200 document frames in 6 pairs
    #expect(
      abs(rates.cellsPerSecond / rates.pairsPerSecond - 8000.0 / 6) < 1e-6)
    #expect(
      abs(rates.gigaflops / rates.cellsPerSecond - 32e-9) < 1e-15)
    #expect(rates.recursionCellsPerSecond > 0 && rates.rowCellsPerSecond > 0)
    #expect(rates.shareOfSgemm > 0)
  }
}
