import Foundation
import Testing

@testable import Runs
@testable import Training

@Suite struct WorkerMessagesTests {
  @Test func onlyWhatIsNewIsASignOfLife() throws {
    var told = 0
    var messages = WorkerMessages { _ in told += 1 }
    func take(_ text: String) -> Bool {
      Array(text.utf8).withUnsafeBytes { messages.take($0) }
    }
    func line(_ done: Int) throws -> String {
      String(
        decoding: try JSONEncoder().encode(
          WorkerMessage(phase: "training", done: done, total: 9)),
        as: UTF8.self) + "\n"
    }
    #expect(try take(line(1)))
    #expect(try !take(line(1)))
    #expect(try take(line(2)))
    #expect(!take("what a task may print\n"))
    #expect(told == 3)
  }
}
