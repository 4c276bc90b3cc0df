import Testing

@testable import Speech

/// The consequences of SoX's state machine, each on its own.
@Suite struct SilenceTrimmerTests {
  private static let loud: Int32 = 1 << 28

  private func sound(_ count: Int) -> [Int32] {
    (0..<count).map { $0 % 2 == 0 ? Self.loud : -Self.loud }
  }

  private func silence(_ count: Int) -> [Int32] {
    [Int32](repeating: 0, count: count)
  }

  /// Sound fills the level window at its first sample, but empties it only
  /// when its last sample leaves the window.
  private let tail = 319

  @Test func leadingSilenceIsDropped() {
    let output = SilenceTrimmer.trimmed(silence(7_000) + sound(3_000))
    #expect(output == sound(3_000))
  }

  @Test func aStartShorterThanAHoldIsLost() {
    #expect(SilenceTrimmer.trimmed(sound(1_599)).isEmpty)
    #expect(SilenceTrimmer.trimmed(sound(1_600)) == sound(1_600))
  }

  @Test func aPauseShorterThanAHoldStays() {
    let pause = 1_599 + tail
    let input = sound(2_000) + silence(pause) + sound(2_000)
    #expect(SilenceTrimmer.trimmed(input) == input)
  }

  @Test func aPauseOfAHoldIsRemovedWhole() {
    let input = sound(2_000) + silence(1_600 + tail) + sound(2_000)
    // What still rang in the window stays with the sound.
    #expect(
      SilenceTrimmer.trimmed(input)
        == sound(2_000) + silence(tail) + sound(2_000))
  }

  @Test func aBurstShorterThanAHoldAfterALongPauseIsRemoved() {
    let input =
      sound(2_000) + silence(4_000) + sound(1_000) + silence(4_000)
      + sound(1_800)
    #expect(
      SilenceTrimmer.trimmed(input)
        == sound(2_000) + silence(tail) + sound(1_800))
  }

  @Test func aPauseThatTheEndCutsShortIsKept() {
    let input = sound(2_000) + silence(1_599 + tail)
    #expect(SilenceTrimmer.trimmed(input) == input)
  }

  @Test func aLongPauseAtTheEndIsRemoved() {
    let input = sound(2_000) + silence(9_000)
    #expect(
      SilenceTrimmer.trimmed(input) == sound(2_000) + silence(tail))
  }

  @Test func nothingButSilenceLeavesNothing() {
    #expect(SilenceTrimmer.trimmed(silence(20_000)).isEmpty)
    #expect(SilenceTrimmer.trimmed([]).isEmpty)
  }

  @Test func fullScaleDoesNotOverflow() {
    let loudest = [Int32](repeating: .min, count: 2_000)
    #expect(SilenceTrimmer.trimmed(loudest) == loudest)
  }
}
