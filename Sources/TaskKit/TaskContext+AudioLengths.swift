import TaskABI

extension TaskContext {
  /// Lengths of audio after its effects and before its crops, each in
  /// 1/rate seconds of its own `rate`. Files that were never measured are
  /// decoded, the first time only.
  public func audioLengths(_ sources: [AudioSource]) throws -> [Int] {
    guard let audioLengths = host.pointee.audio_lengths else {
      throw TaskError(
        .unsupported,
        "this host does not measure audio, which the task needs. Update "
          + "superb.")
    }
    let items = BatchMemory(
      sources.map { Item(id: "", tag: 0, audio: $0) })
    return try items.withAudio { audio in
      var lengths = [Int64](repeating: 0, count: sources.count)
      try TaskError.check(
        audioLengths(host, audio.baseAddress, Int64(audio.count), &lengths),
        "the lengths of the audio cannot be found out")
      return lengths.map(Int.init)
    }
  }
}
