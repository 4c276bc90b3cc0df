import Foundation
import Records
import Testing

@testable import Leaderboard

@Suite struct JSONTests {
  @Test func tablesAndLongFormStandSideBySide() throws {
    let failure = ExperimentResult.Failure(kind: .hung, reason: "no progress")
    let text = try Leaderboard(
      [
        ("x/result.json", result("a", "t", [metric("m", 0.5)])),
        ("y/result.json", result("b", "t", [], failure: failure)),
      ], notes: [.init(file: "z/result.json", reason: "broken")]
    ).render(.json)
    #expect(
      text == """
        {
          "format" : 1,
          "notes" : [
            {
              "file" : "z/result.json",
              "reason" : "broken"
            }
          ],
          "results" : [
            {
              "direction" : "higher",
              "finishedAt" : "2025-03-01T12:00:00Z",
              "isPrimary" : true,
              "metric" : "m",
              "olderResults" : 0,
              "path" : "x/result.json",
              "profile" : "full",
              "seed" : 7,
              "signature" : "0123456789abcdef",
              "split" : "test",
              "status" : "done",
              "task" : "t",
              "taskVersion" : 1,
              "title" : "m",
              "unit" : "fraction",
              "upstream" : "a",
              "value" : 0.5
            },
            {
              "failureKind" : "hung",
              "finishedAt" : "2025-03-01T12:00:00Z",
              "isPrimary" : false,
              "olderResults" : 0,
              "path" : "y/result.json",
              "profile" : "full",
              "reason" : "no progress",
              "seed" : 7,
              "signature" : "0123456789abcdef",
              "status" : "failed",
              "task" : "t",
              "taskVersion" : 1,
              "upstream" : "b"
            }
          ],
          "sections" : [
            {
              "columns" : [
                {
                  "direction" : "higher",
                  "isPrimary" : true,
                  "metric" : "m",
                  "split" : "test",
                  "task" : "t",
                  "title" : "m",
                  "unit" : "%"
                }
              ],
              "isRanked" : true,
              "profile" : "full",
              "remarks" : [
                "Rows by mean rank over 1 task, incomplete rows last."
              ],
              "rows" : [
                {
                  "cells" : [
                    {
                      "isBest" : true,
                      "status" : "done",
                      "text" : "50.00",
                      "value" : 50
                    }
                  ],
                  "meanRank" : 1,
                  "upstream" : "a"
                },
                {
                  "cells" : [
                    {
                      "kind" : "hung",
                      "reason" : "no progress",
                      "status" : "failed"
                    }
                  ],
                  "upstream" : "b"
                }
              ]
            }
          ]
        }

        """)
  }

  @Test func figuresThatAreNoNumbersAreLeftOut() throws {
    let text = try board([
      result("a", "t", [metric("m", .infinity), metric("n", 1e308)])
    ]).render(.json)
    let object = try JSONSerialization.jsonObject(with: Data(text.utf8))
    let records = try #require(
      (object as? [String: Any])?["results"] as? [[String: Any]])
    #expect(records.map { $0["value"] as? Double } == [nil, 1e308])
  }
}
