import Testing

@testable import DemoCorpora

struct LevelTests {
  @Test func scalesToTheWantedLevelAndLeavesSilence() {
    var samples: [Float] = [1, -1, 2, -2]
    Level.scale(&samples, toRMS: 0.1)
    #expect(abs(Level.rms(samples) - 0.1) < 1e-6)
    var silence: [Float] = [0, 0]
    Level.scale(&silence, toRMS: 0.1)
    #expect(silence == [0, 0])
  }

  @Test func trimsWhatIsFarBelowThePeak() {
    #expect(Level.trimmed([0, 0.004, 0.5, 0, -0.3, 0.002]) == [0.5, 0, -0.3])
    #expect(Level.trimmed([0, 0]).isEmpty)
    #expect(Level.trimmed([]).isEmpty)
  }
}
