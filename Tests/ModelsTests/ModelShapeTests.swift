import Testing

@testable import Models

@Suite struct ModelShapeTests {
  @Test func shapesCompareByValue() {
    let shape = ModelShape(
      layers: 13, dimension: 768, samplesPerFrame: 320, receptiveField: 400,
      parameters: 0)
    var other = shape
    other.layers = 25
    #expect(shape != other)
  }
}
