import Foundation
import Testing

@testable import Leaderboard

@Suite struct CSVTests {
  @Test func everyFigureIsARecord() throws {
    let golden = #"""
      upstream,task,metric,split,value,unit,direction,primary,status,kind,reason,signature,profile,limit,seed,finished_at
      fbank,asr,wer,test,23.18,percent,lower,yes,done,,,0123456789abcdef,full,,7,2025-03-01T12:00:00Z
      fbank,asr,wer,dev,20.5,percent,lower,no,done,,,0123456789abcdef,full,,7,2025-03-01T12:00:00Z
      fbank,ks,acc,test,0.4138,fraction,higher,yes,done,,,0123456789abcdef,full,,7,2025-03-01T12:00:00Z
      hubert,asr,wer,test,6.42,percent,lower,yes,done,,,0123456789abcdef,full,,7,2025-03-01T12:00:00Z
      hubert,ks,,,,,,no,failed,crashed,the task's process died of signal 11,0123456789abcdef,full,,7,2025-03-01T12:00:00Z
      hubert,sf,cer,test,0.252,fraction,lower,no,done,,,0123456789abcdef,full,,7,2025-03-01T12:00:00Z
      hubert,sf,f1,test,0.8853,fraction,higher,yes,done,,,0123456789abcdef,full,,7,2025-03-01T12:00:00Z
      hubert,ks,acc,test,0.5,fraction,higher,yes,done,,,0123456789abcdef,smoke,8,7,2025-03-01T12:00:00Z

      """#
    #expect(
      try board(smallBoard()).render(.csv)
        == golden.replacingOccurrences(of: "\n", with: "\r\n"))
  }

  @Test func fieldsAreQuotedWhereTheyMustBe() throws {
    let failure = "said \"no\",\r\nthen died"
    let text = try board([
      result(
        "a,b", "t\n", [], failure: .init(kind: .user, reason: failure))
    ]).render(.csv)
    let records = text.components(separatedBy: "finished_at\r\n")
    #expect(
      records.last == """
        "a,b","t\n",,,,,,no,failed,user,"said ""no"",\r\nthen died",\
        0123456789abcdef,full,,7,2025-03-01T12:00:00Z\r\n
        """)
  }

  @Test func aNameIsNoFormula() throws {
    let text = try board([
      result("=cmd|'/c calc'!A0", "@t", [metric("-m", -0.5, unit: .plain)])
    ]).render(.csv)
    #expect(text.contains("\r\n'=cmd|'/c calc'!A0,'@t,'-m,test,-0.5,plain,"))
  }

  @Test func valuesKeepAllTheirDigits() throws {
    let third = 1.0 / 3
    let text = try board([result("a", "t", [metric("m", third)])])
      .render(.csv)
    #expect(text.contains(",\(third),fraction,higher,yes,"))
  }
}
