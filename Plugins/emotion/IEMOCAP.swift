import TaskKit

/// IEMOCAP for one fold: one session is test, the other four are cut into
/// train and dev.
final class IEMOCAP {
  static let classes = ["neu", "hap", "ang", "sad"]

  private let corpus: Corpus
  private let metaData: String?
  private let testSession: Int
  private let validRatio: Double
  private var splits: [String: [Item]] = [:]

  /// `metaData` is a folder of lists as s3prl ships them, if not the
  /// corpus's own `meta_data`; `testSession` is 1 … 5.
  init(
    _ corpus: Corpus, metaData: String?, testSession: Int, validRatio: Double
  ) {
    self.corpus = corpus
    self.metaData = metaData
    self.testSession = testSession
    self.validRatio = validRatio
  }

  /// Utterances; a tag is an index of `classes`.
  func items(split: String) throws -> [Item] {
    if splits.isEmpty { splits = try read() }
    guard let items = splits[split] else {
      throw TaskError.unknownSplit(split, known: ["train", "dev", "test"])
    }
    return items
  }

  /// Train and dev by PyTorch's permutation with seed 0, as s3prl draws it.
  static func partition(
    _ count: Int, validRatio: Double
  ) -> (train: [Int], dev: [Int]) {
    let share = Double(count) * (1 - validRatio)
    let trainCount = Int(min(max(share, 0), Double(count)))
    var random = TorchRandom(seed: 0)
    let order = random.permutation(of: count)
    return (Array(order[..<trainCount]), Array(order[trainCount...]))
  }

  private func read() throws -> [String: [Item]] {
    guard (0...1).contains(validRatio) else {
      throw TaskError.invalidArgument(
        "downstream_expert.datarc.valid_ratio must be between 0 and 1")
    }
    let lists = IEMOCAPLists(root: try corpus.folder(), metaData: metaData)
    let others = try lists.training(withoutSession: testSession)
    let test = try lists.session(testSession)
    let parts = Self.partition(others.count, validRatio: validRatio)
    return [
      "train": parts.train.map { others[$0] },
      "dev": parts.dev.map { others[$0] },
      "test": test,
    ]
  }
}
