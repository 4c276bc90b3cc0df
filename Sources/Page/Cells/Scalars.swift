import Foundation

/// The figures of training, as `scalars.jsonl` keeps them.
package struct Scalars {
  private struct Line: Decodable {
    var name: String
    var step: Int
    var value: Double?
  }

  /// By the name without the task's prefix: `dev-acc`.
  private(set) var curves: [String: [(x: Double, y: Double)]] = [:]

  /// Empty if there is no file, or none that can be read.
  package init(folder: String) {
    guard
      let text = FileManager.default.contents(
        atPath: folder + "/scalars.jsonl")
    else { return }
    let lines = text.split(separator: UInt8(ascii: "\n"))
    let list =
      Data("[".utf8) + lines.joined(separator: Data(",".utf8))
      + Data("]".utf8)
    guard let read = try? JSONDecoder().decode([Line].self, from: list) else {
      return
    }
    for line in read {
      guard let value = line.value else { continue }
      let name = line.name.split(separator: "/").last.map(String.init)
      curves[name ?? line.name, default: []].append(
        (Double(line.step), value))
    }
  }

  /// A metric's curves by split, as `("dev-clean", points)`. At most 300
  /// points each: every so many are left out.
  func splits(of metric: String) -> [(String, [(x: Double, y: Double)])] {
    curves.filter { $0.key.hasSuffix("-" + metric) }
      .map { (String($0.key.dropLast(metric.count + 1)), Self.thin($0.value)) }
      .sorted { Self.place($0.0) < Self.place($1.0) }
  }

  /// Of a metric on the split that chooses: of the first that there is, and
  /// the loss if there is none, where no metric is named. Empty if there is no
  /// curve.
  package func developmentCurve(
    of metric: String?
  ) -> [(x: Double, y: Double)] {
    let names = curves.keys.filter {
      !$0.hasPrefix("train") && !$0.hasPrefix("test")
    }
    .sorted()
    let name =
      metric.map { wanted in names.first { $0.hasSuffix("-" + wanted) } }
      ?? names.first { !$0.hasSuffix("-loss") } ?? names.first
    return name.flatMap { curves[$0] } ?? []
  }

  /// Training first, then development, then test.
  private static func place(_ split: String) -> String {
    (split.hasPrefix("train") ? "0" : split.hasPrefix("test") ? "2" : "1")
      + split
  }

  private static func thin(
    _ points: [(x: Double, y: Double)]
  ) -> [(x: Double, y: Double)] {
    let step = max(1, (points.count + 299) / 300)
    return points.enumerated().filter {
      $0.offset % step == 0 || $0.offset == points.count - 1
    }.map(\.element)
  }
}
