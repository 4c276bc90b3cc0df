import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Upstreams

/// Against a folder that is laid out as `s3prl/sample_hidden_states` is, and
/// was written by PyTorch.
struct ReferenceComparisonTests {
  let folder: TemporaryFolder
  let family: UpstreamFamily
  init() throws {
    folder = try TemporaryFolder()
    family = PretrainedFamilyTests.family(folder)
  }

  private func compare(
    _ name: String, named file: String? = nil
  ) throws -> ReferenceComparison {
    let root = try #require(Bundle.module.resourceURL)
    return try ReferenceComparison(
      family.make(try HubFixture(name).path),
      against: root.appendingPathComponent("Fixtures/reference").path,
      named: file ?? name)
  }

  @Test func theSameModelAgrees() throws {
    let found = try compare("mms")
    #expect(found.agrees)
    #expect(found.states.count == 3)
    for state in found.states {
      #expect(state.difference < 1e-3)
      #expect(state.largest > 0.5)
    }
  }

  @Test func anotherModelDiffers() throws {
    let found = try compare("hubert-batch-norm", named: "mms")
    #expect(found.problem == nil)
    #expect(!found.agrees)
    #expect(try compare("whisper", named: "mms").problem != nil)
  }

  @Test func whatIsNotThereIsNamed() throws {
    let error = #expect(throws: UserError.self) {
      try compare("mms", named: "nobody")
    }
    #expect(error?.location?.hasSuffix("/nobody.pt") == true)
    #expect(error?.fix?.contains("sample_hidden_states") == true)
  }
}
