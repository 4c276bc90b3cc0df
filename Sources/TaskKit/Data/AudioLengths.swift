/// How long audio files are, from their headers; each is opened once.
public final class AudioLengths {
  private let context: TaskContext
  private var known: [String: Int] = [:]

  /// Asks `context` for the headers.
  public init(_ context: TaskContext) {
    self.context = context
  }

  /// Samples at 16 kHz, as many as the host makes of a file of another rate.
  public func samples(of path: String) throws -> Int {
    if let known = known[path] { return known }
    let info = try context.audioInfo(path)
    guard info.sampleRate > 0 else {
      throw TaskError.corruptData("\(path): audio without a sample rate")
    }
    let samples = Int(
      (Double(info.samples) * 16_000 / Double(info.sampleRate)).rounded())
    known[path] = samples
    return samples
  }
}
