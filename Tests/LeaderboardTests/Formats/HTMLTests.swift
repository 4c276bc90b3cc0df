import Foundation
import Records
import Testing

@testable import Leaderboard

@Suite struct HTMLTests {
  /// One figure with folds and one failure.
  func results() -> [ExperimentResult] {
    var er = result("hubert", "er", [metric("acc", 0.6, title: "accuracy")])
    er.folds = [("fold1", 0.5), ("fold2", 0.7)].map { name, value in
      ExperimentResult.Fold(
        name: name, metrics: [metric("acc", value, title: "accuracy")],
        bestStep: 40)
    }
    er.warnings = ["two files were skipped"]
    let failure = ExperimentResult.Failure(kind: .hung, reason: "no progress")
    return [er, result("wavlm", "er", [], failure: failure)]
  }

  func body(_ page: String) throws -> String {
    let start = try #require(page.range(of: "<body>\n")).upperBound
    let end = try #require(page.range(of: "\n<script>")).lowerBound
    return String(page[start..<end])
  }

  @Test func thePageHoldsTableAndDetails() throws {
    let page = try board(results()).render(.html)
    #expect(
      try body(page)
        == """
        <h2>Leaderboard</h2>
        <div class="scroll"><table class="sortable">
        <thead><tr>
        <th scope="col"><button>upstream</button></th>
        <th scope="col" title="split: test"><button>er<br>accuracy % ↑</button></th>
        </tr></thead>
        <tbody>
        <tr><th scope="row">hubert</th>
        <td data-value="60.0"><b><a href="#result-1-1-1">60.00</a></b></td>
        </tr>
        <tr><th scope="row">wavlm</th>
        <td class="failed" title="no progress"><a href="#result-1-2-1">✗1</a></td>
        </tr>
        </tbody>
        </table></div>
        <p class="note">✗1 hung: no progress (wavlm: er)</p>
        <p class="note">Rows by mean rank over 1 task, incomplete rows last.</p>
        <h2>Details: Leaderboard</h2>
        <details id="result-1-1-1"><summary>hubert · er</summary>
        <dl>
        <dt>task</dt><dd>Task er, version 1</dd>
        <dt>signature</dt><dd>0123456789abcdef</dd>
        <dt>file</dt><dd>hubert/er/result.json</dd>
        <dt>finished</dt><dd>2025-03-01T12:00:00Z</dd>
        <dt>seed</dt><dd>7</dd>
        <dt>upstream</dt><dd>13 layers × 768, 320 samples per frame</dd>
        <dt>weights</dt><dd>d1</dd>
        <dt>time</dt><dd>12.5 s, CPU 20 s</dd>
        <dt>peak memory</dt><dd>64 MB</dd>
        <dt>upstream passes</dt><dd>10</dd>
        <dt>training steps</dt><dd>100</dd>
        <dt>version of superb</dt><dd>1.0</dd>
        </dl>
        <p class="note">two files were skipped</p>
        <table><thead><tr><th>metric</th><th>split</th><th>figure</th></tr></thead><tbody>
        <tr><td>accuracy</td><td>test</td><td>60 % ± 14.1421 %</td></tr>
        </tbody></table>
        <p class="note">± is the sample standard deviation over 2 folds.</p>
        <table><thead><tr><th>fold</th><th>best step</th><th>metric</th><th>split</th><th>figure</th></tr></thead><tbody>
        <tr><td>fold1</td><td>40</td><td>accuracy</td><td>test</td><td>50 %</td></tr>
        <tr><td>fold2</td><td>40</td><td>accuracy</td><td>test</td><td>70 %</td></tr>
        </tbody></table>
        <details><summary>configuration</summary><pre>{
          &quot;optimizer&quot; : {
            &quot;lr&quot; : 0.5
          }
        }</pre></details>
        </details>
        <details id="result-1-2-1"><summary>wavlm · er ✗</summary>
        <p class="failed">hung: no progress</p>
        <dl>
        <dt>task</dt><dd>Task er, version 1</dd>
        <dt>signature</dt><dd>0123456789abcdef</dd>
        <dt>file</dt><dd>wavlm/er/result.json</dd>
        <dt>finished</dt><dd>2025-03-01T12:00:00Z</dd>
        <dt>seed</dt><dd>7</dd>
        <dt>upstream</dt><dd>13 layers × 768, 320 samples per frame</dd>
        <dt>weights</dt><dd>d1</dd>
        <dt>time</dt><dd>12.5 s, CPU 20 s</dd>
        <dt>peak memory</dt><dd>64 MB</dd>
        <dt>upstream passes</dt><dd>10</dd>
        <dt>training steps</dt><dd>100</dd>
        <dt>version of superb</dt><dd>1.0</dd>
        </dl>
        <details><summary>configuration</summary><pre>{
          &quot;optimizer&quot; : {
            &quot;lr&quot; : 0.5
          }
        }</pre></details>
        </details>
        """)
  }

  @Test func nothingIsFetched() throws {
    let page = try board(results()).render(.html)
    for word in ["http://", "https://", "src=", "@import", "url(", "<link"] {
      #expect(!page.contains(word), "\(word)")
    }
    #expect(page.contains("default-src 'none'"))
  }

  @Test func namesCannotBecomeMarkup() throws {
    let evil = "<img src=x onerror='alert(1)'>\"&</script>\u{202E}"
    var hostile = result(
      evil, evil,
      [
        metric(evil, 0.5, split: evil)
      ])
    hostile.task.title = evil
    hostile.signature = evil
    hostile.warnings = [evil]
    hostile.versions = [evil: evil]
    hostile.config = .map([evil: .string(evil)])
    hostile.folds = [.init(name: evil, metrics: hostile.metrics, bestStep: 1)]
    hostile.upstream.digest = evil
    hostile.dataDigest = evil
    let failed = result(
      "b", evil, [], failure: .init(kind: .user, reason: evil))
    let page = try Leaderboard(
      [(evil, hostile), ("b", failed)],
      notes: [.init(file: evil, reason: evil)]
    ).render(.html)
    #expect(page.contains("&lt;img src=x onerror=&#39;alert(1)&#39;&gt;"))
    #expect(!page.contains("<img"))
    #expect(!page.contains("\"&</"))
    #expect(!page.contains("\u{202E}"))
    #expect(page.components(separatedBy: "</script>").count == 2)
  }

  @Test func everyLinkHasItsTarget() throws {
    let page = try board(smallBoard() + results()).render(.html)
    let links = page.components(separatedBy: "href=\"#").dropFirst()
      .compactMap { $0.split(separator: "\"").first.map(String.init) }
    #expect(links.count == 9)
    for link in links { #expect(page.contains("<details id=\"\(link)\">")) }
  }
}
