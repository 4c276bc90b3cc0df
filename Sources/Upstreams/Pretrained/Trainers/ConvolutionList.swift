/// The front end's convolutions, as fairseq's settings spell them: a Python
/// expression such as `[(512, 10, 5)] + [(512, 3, 2)] * 4`, of lists of
/// (channels, kernel, stride) that are added and repeated.
struct ConvolutionList: Equatable {
  private(set) var channels: [Int] = []
  private(set) var kernels: [Int] = []
  private(set) var strides: [Int] = []

  /// More than any model has.
  private static let maximumLayers = 64

  /// - Returns: nil for what is no such expression.
  init?(_ text: String) {
    var rest = text.filter { !$0.isWhitespace }[...]
    repeat {
      guard let list = Self.list(&rest) else { return nil }
      var times = 1
      if rest.first == "*" {
        rest.removeFirst()
        guard let number = Self.number(&rest) else { return nil }
        times = number
      }
      guard times <= Self.maximumLayers,
        channels.count + times * list.count <= Self.maximumLayers
      else { return nil }
      for layer in Array(repeating: list, count: times).joined() {
        channels.append(layer[0])
        kernels.append(layer[1])
        strides.append(layer[2])
      }
    } while Self.take("+", &rest)
    guard rest.isEmpty, !channels.isEmpty else { return nil }
  }

  private static func list(_ text: inout Substring) -> [[Int]]? {
    guard take("[", &text) else { return nil }
    var layers: [[Int]] = []
    repeat {
      guard take("(", &text) else { break }
      var layer: [Int] = []
      repeat {
        guard let number = number(&text), number > 0 else { return nil }
        layer.append(number)
      } while take(",", &text)
      guard layer.count == 3, take(")", &text) else { return nil }
      layers.append(layer)
    } while take(",", &text)
    return take("]", &text) && layers.count <= maximumLayers ? layers : nil
  }

  private static func number(_ text: inout Substring) -> Int? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    text.removeFirst(digits.count)
    return digits.count <= 9 ? Int(digits) : nil
  }

  private static func take(_ character: Character, _ text: inout Substring)
    -> Bool
  {
    guard text.first == character else { return false }
    text.removeFirst()
    return true
  }
}
