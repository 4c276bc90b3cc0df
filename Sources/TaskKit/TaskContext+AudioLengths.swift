import TaskABI

extension TaskContext {
  /// Lengths of audio in 16 kHz samples, after its effects and before its
  /// crops. Files that were never measured are decoded, the first time only.
  public func audioLengths(_ sources: [AudioSource]) throws -> [Int] {
    let known = MemoryLayout<superb_host>.offset(of: \.audio_lengths) ?? 0
    guard Int(host.pointee.struct_size) > known,
      let audioLengths = host.pointee.audio_lengths
    else {
      throw TaskError(
        .unsupported,
        "this host does not measure audio, which the task needs. Update "
          + "superb.")
    }
    let items = BatchMemory(
      sources.map { Item(id: "", tag: 0, audio: $0) })
    return try items.withAudio { audio in
      var lengths = [Int64](repeating: 0, count: sources.count)
      let status = audioLengths(
        host, audio.baseAddress, Int64(audio.count), &lengths)
      if let status = TaskError.Status(rawValue: status) {
        throw TaskError(status, "the lengths of the audio cannot be found out")
      }
      return lengths.map(Int.init)
    }
  }
}
