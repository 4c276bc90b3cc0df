import Testing

@testable import Models

@Suite struct OutlineTests {
  /// Checkpoints list tensors in this order, and sums over all gradients are
  /// taken in it.
  @Test func orderOfParametersIsKept() throws {
    let names = try ModelFixture("wavlm-large").configuration.parameters
      .map(\.name)
    let start = try #require(names.firstIndex(of: "encoder.layer_norm.weight"))
    func both(_ names: String...) -> [String] {
      names.flatMap { [$0 + ".weight", $0 + ".bias"] }
    }
    func layer(_ index: Int) -> [String] {
      let layer = "encoder.layers.\(index)."
      let attention = layer + "attention."
      return both(
        attention + "q_proj", attention + "k_proj", attention + "v_proj",
        attention + "out_proj", layer + "feed_forward.intermediate_dense",
        layer + "feed_forward.output_dense", layer + "layer_norm",
        layer + "final_layer_norm")
        + [attention + "gru_rel_pos_const"]
        + both(attention + "gru_rel_pos_linear")
        + (index == 0 ? [AttentionShape.distanceTable] : [])
    }
    let expected = both("encoder.layer_norm") + layer(0) + layer(1)
    #expect(Array(names[start...].prefix(expected.count)) == expected)
    #expect(
      names[..<start].suffix(3) == [
        "encoder.pos_conv_embed.conv.weight_g",
        "encoder.pos_conv_embed.conv.weight_v",
        "encoder.pos_conv_embed.conv.bias",
      ])
  }

  @Test func operationsAreThoseOfTheProducts() {
    let outline = Outline(of: ToyNetwork.linear, rows: 10)
    #expect(outline.operations == 2 * 10 * 24 * 40)
    #expect(outline.stateNumbers == 40)
    // Four projections, scores and their sums, each of 30 frames.
    let products = 4 * 24 * 24 + 2 * 24 * 30
    let attention = Outline(of: ToyNetwork.attention, rows: 30).operations
    #expect(attention == Double(2 * 30 * products))
    #expect(ModelConfiguration.base.operations(samples: 399) == 0)
  }
}
