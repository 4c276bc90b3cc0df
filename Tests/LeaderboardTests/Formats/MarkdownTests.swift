import Testing

@testable import Leaderboard

@Suite struct MarkdownTests {
  @Test func tablesAreGitHubs() throws {
    #expect(
      try board(smallBoard()).render(.markdown)
        == #"""
        ## Leaderboard

        | upstream | asr WER % ↓ | ks accuracy % ↑ | sf slot F1 % ↑ | sf CER % ↓ |
        | --- | ---: | ---: | ---: | ---: |
        | fbank | 23.18 | **41.38** | – | – |
        | hubert | **6.42** | ✗1 | **88.53** | **25.20** |

        - ✗1 crashed: the task's process died of signal 11 (hubert: ks)

        ## Not ranked: profile smoke, at most 8 utterances per split

        | upstream | ks accuracy % ↑ |
        | --- | ---: |
        | hubert | 50.00 |

        """#)
  }

  @Test func namesCannotBreakTheTable() throws {
    let text = try board([
      result("a|b\n`c`*<script>&", "[k](u)_~\\", [metric("m|", 0.9)])
    ]).render(.markdown)
    #expect(text.contains(#"| a\|b \`c\`\*&lt;script&gt;&amp; |"#))
    #expect(text.contains(#"| \[k\](u)\_\~\\ m\| % ↑ |"#))
  }
}
