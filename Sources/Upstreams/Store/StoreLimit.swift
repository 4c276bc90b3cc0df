/// How much of a disk hidden states may take, and what those of one
/// experiment are worth beside others.
package struct StoreLimit: Sendable, Codable, Equatable {
  /// Of all packs of the store together. What does not fit is made anew each
  /// time it is asked for, with the same bits.
  package var bytes: Int
  /// Cells of the run that ask for the same states.
  package var sharing: Int

  package init(bytes: Int, sharing: Int = 1) {
    self.bytes = bytes
    self.sharing = sharing
  }
}
