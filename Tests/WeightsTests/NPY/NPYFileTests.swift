import Diagnostics
import Foundation
import Tensors
import TestSupport
import Testing

@testable import Weights

struct NPYFileTests {
  func read(_ data: Data) throws -> NPYFile {
    try data.withUnsafeBytes { try NPYFile(bytes: $0) }
  }

  func refusal(_ data: Data) -> String {
    let error = #expect(throws: WeightsRefusal.self) { try read(data) }
    return error?.reason ?? ""
  }

  /// As numpy 2.4 writes `numpy.arange(6, dtype="<f4").reshape(2, 3)`.
  @Test func numpysOwnBytesAreRead() throws {
    let header =
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"
      + String(repeating: " ", count: 58) + "\n"
    #expect(header.utf8.count == 118)
    var data = Data([0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0])
    data.append(contentsOf: header.utf8)
    for value in 0..<6 {
      withUnsafeBytes(of: Float(value)) { data.append(contentsOf: $0) }
    }
    let file = try read(data)
    #expect(file.shape == [2, 3])
    #expect(file.values == [0, 1, 2, 3, 4, 5])
  }

  @Test func everyTypeAndVersionIsRead() throws {
    for version: UInt8 in 1...3 {
      #expect(
        try read(npy("<f4", [2], [1.5, -2] as [Float], version: version))
          .values == [1.5, -2])
    }
    #expect(
      try read(npy("<f8", [2], [1.5, -2] as [Double])).values == [1.5, -2])
    #expect(
      try read(npy("<f2", [2], [Float16(1.5), -2].map(\.bitPattern))).values
        == [1.5, -2])
    #expect(try read(npy("<f4", [], [7] as [Float])).shape == [])
    #expect(try read(npy("<f4", [0, 5], [] as [Float])).values.isEmpty)
  }

  @Test func fortransOrderIsTurned() throws {
    // a[i, j, k] = 100 i + 10 j + k, the first index fastest.
    var values: [Float] = []
    for k in 0..<4 {
      for j in 0..<3 {
        for i in 0..<2 { values.append(Float(100 * i + 10 * j + k)) }
      }
    }
    let file = try read(npy("<f4", [2, 3, 4], values, fortran: true))
    var place = 0
    for i in 0..<2 {
      for j in 0..<3 {
        for k in 0..<4 {
          #expect(file.values[place] == Float(100 * i + 10 * j + k))
          place += 1
        }
      }
    }
  }

  @Test func whatIsNoArrayOfNumbersIsRefused() throws {
    let four: [Float] = [1, 2, 3, 4]
    #expect(refusal(npy(">f4", [4], four)).contains("'>f4'"))
    #expect(refusal(npy("<i4", [4], four)).contains("'<i4'"))
    #expect(refusal(npy("<f4", [5], four)).contains("ask for 20"))
    #expect(refusal(npy("<f4", [3], four)).contains("ask for 12"))
    #expect(
      refusal(npy("<f4", [1 << 40, 1 << 40], four)).contains("too large"))
    #expect(refusal(npy("<f4", [4], four, version: 4)).contains("version 4"))
    #expect(refusal(Data()).contains("begin"))
    #expect(refusal(Data("PK\u{3}\u{4} not it".utf8)).contains("begin"))
  }

  @Test func everyTruncationIsRefused() throws {
    let whole = npy("<f4", [2, 2], [1, 2, 3, 4] as [Float], version: 2)
    for count in 0..<whole.count { _ = refusal(Data(whole.prefix(count))) }
    _ = refusal(whole + [0])
  }

  @Test func theFileIsNamed() throws {
    let folder = try TemporaryFolder()
    try folder.write(Data("rubbish, rubbish".utf8), "x.npy")
    let error = #expect(throws: UserError.self) {
      try NPYFile(path: folder.file("x.npy"))
    }
    #expect(error?.location == folder.file("x.npy"))
    #expect(throws: UserError.self) { try NPYFile(path: folder.file("y.npy")) }
  }

  @Test func rubbishNeverCrashesTheReader() {
    let whole = npy("<f2", [2, 3], [UInt16](repeating: 0x3c00, count: 6))
    let random = CounterRandom(seed: 11)
    let alphabet = Array("{}()',: \"TrueFalse<f248L0123456789".utf8)
    let time = TimeBox()
    var round: UInt64 = 0
    var accepted = 0
    while time.isOpen {
      func draw(_ bound: Int, _ index: UInt64) -> Int {
        Int(random.integer(below: UInt64(bound), stream: round, index: index))
      }
      var bytes = [UInt8](whole)
      for change in 0..<UInt64(1 + draw(4, 0)) {
        let place = draw(bytes.count, 1 + change)
        bytes[place] =
          draw(2, 10 + change) == 0
          ? UInt8(draw(256, 20 + change))
          : alphabet[draw(alphabet.count, 30 + change)]
      }
      if draw(5, 40) == 0 { bytes.removeLast(draw(bytes.count, 41)) }
      if let file = try? read(Data(bytes)) {
        accepted += 1
        #expect(file.values.count == file.shape.reduce(1, *))
      }
      round += 1
    }
    #expect(round > 100)
    #expect(accepted > 0 && accepted < round)
  }
}
