/// `asr:test-clean`, or `test` for every task.
struct WantedSplit {
  let text: String
  let task: String?
  let split: String

  init(_ text: String) {
    self.text = text
    let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
    task = parts.count == 2 ? parts[0] : nil
    split = parts.last ?? ""
  }
}
