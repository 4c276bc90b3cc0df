import Alignment

/// Where a host looks for alignments before they are made, and keeps them
/// afterwards.
package protocol AlignmentMemory: Sendable {
  /// What is known of these queries and documents.
  func record(
    _ settings: DTWSettings, _ dim: Int, _ queries: any FrameSource,
    _ documents: any FrameSource
  ) throws -> any AlignmentRecord
}
