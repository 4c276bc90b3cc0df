import Testing

@testable import Speech

@Suite struct AudioChainTests {
  @Test func gainAndSilenceGiveTheIntegersThatSoXGives() throws {
    let effects = try Fixtures.json("sox.json", as: Fixtures.Effects.self)
    #expect(effects.chains.count > 50)
    for chain in effects.chains {
      let integers = AudioChain(
        gainDecibels: chain.gain, trimsSilence: chain.trims
      ).integers(of: Fixtures.waveform(chain.recipe))
      #expect(
        integers.count == chain.count,
        "\(chain.name), gain \(chain.gain), trims \(chain.trims)")
      #expect(
        String(fnv1a(integers)) == chain.digest,
        "\(chain.name), gain \(chain.gain), trims \(chain.trims)")
    }
  }

  @Test func doingNothingKeepsEverySample() {
    let samples: [Float] = [0, 0.1, -1, 1, 1e-20]
    #expect(AudioChain().apply(to: samples) == samples)
  }

  @Test func gainScalesAndClips() {
    let quieter = AudioChain(gainDecibels: -3).apply(to: [0.5, -0.5, 0])
    #expect(abs(quieter[0] - 0.5 * 0.7079458) < 1e-7)
    #expect(quieter[1] == -quieter[0])
    #expect(quieter[2] == 0)
    #expect(AudioChain(gainDecibels: 6).apply(to: [0.9, -0.9]) == [1, -1])
  }

  @Test func identifiersTellChainsApart() {
    #expect(AudioChain().identifier == "")
    #expect(AudioChain(gainDecibels: -3).identifier == "gain=-3")
    #expect(AudioChain(trimsSilence: true).identifier == "silence")
    #expect(
      AudioChain(gainDecibels: -3, trimsSilence: true).identifier
        == "gain=-3;silence")
    #expect(AudioChain(gainDecibels: -2.5).identifier == "gain=-2.5")
  }
}
