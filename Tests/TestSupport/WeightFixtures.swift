import Foundation

/// The folders and files that `make_weight_fixtures.py` made.
package enum WeightFixtures {
  package static func path(_ name: String) throws -> String {
    guard let folder = Bundle.module.resourcePath else {
      throw CocoaError(.fileNoSuchFile)
    }
    return "\(folder)/Fixtures/weights/\(name)"
  }

  package static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: try path(name))))
  }
}

/// Tells whether a time-boxed test should go on: two seconds, or as many as
/// `SUPERB_FUZZ_SECONDS` says.
package struct TimeBox {
  private let end: Date

  /// - Parameter share: of the time, for a test that is run several times.
  package init(share: Double = 1) {
    let text = ProcessInfo.processInfo.environment["SUPERB_FUZZ_SECONDS"]
    end = Date(timeIntervalSinceNow: share * (text.flatMap(Double.init) ?? 2))
  }

  package var isOpen: Bool { Date() < end }
}
