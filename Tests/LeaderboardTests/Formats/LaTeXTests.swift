import Testing

@testable import Leaderboard

@Suite struct LaTeXTests {
  @Test func tablesUseBooktabs() throws {
    #expect(
      try board(smallBoard()).render(.latex)
        == #"""
        % Needs \usepackage{booktabs}.

        \begin{table}
          \centering
          \caption{Leaderboard}
          \begin{tabular}{lrrrr}
            \toprule
             & asr & ks & \multicolumn{2}{c}{sf} \\
            \cmidrule(lr){2-2} \cmidrule(lr){3-3} \cmidrule(lr){4-5}
            upstream & WER \% $\downarrow$ & accuracy \% $\uparrow$ & slot F1 \% $\uparrow$ & CER \% $\downarrow$ \\
            \midrule
            fbank & 23.18 & \textbf{41.38} & -- & -- \\
            hubert & \textbf{6.42} & $\times^{1}$ & \textbf{88.53} & \textbf{25.20} \\
            \bottomrule
          \end{tabular}
          \par\smallskip{\footnotesize $\times^{1}$ crashed: the task's process died of signal 11 (hubert: ks)\par}
        \end{table}

        \begin{table}
          \centering
          \caption{Not ranked: profile smoke, at most 8 utterances per split}
          \begin{tabular}{lr}
            \toprule
             & ks \\
            \cmidrule(lr){2-2}
            upstream & accuracy \% $\uparrow$ \\
            \midrule
            hubert & 50.00 \\
            \bottomrule
          \end{tabular}
        \end{table}

        """#)
  }

  @Test func namesCannotBecomeCommands() throws {
    let text = try board([
      result(#"\input{x}"#, "a_b&c%d#e$f", [metric("^~<>", 0.9)]),
      result("[1ex]", "a_b&c%d#e$f", [metric("^~<>", 0.8)]),
      result("*x", "a_b&c%d#e$f", [metric("^~<>", 0.7)]),
    ]).render(.latex)
    #expect(text.contains(#"\textbackslash{}input\{x\} &"#))
    #expect(text.contains(##"a\_b\&c\%d\#e\$f"##))
    #expect(
      text.contains(
        #"\textasciicircum{}\textasciitilde{}\textless{}\textgreater{}"#))
    #expect(text.contains("    {[}1ex{]} &"))
    #expect(text.contains("    {*}x &"))
  }

  @Test func notesStayComments() throws {
    let note = Leaderboard.Note(file: "a\n\\evil", reason: "b")
    let text = try Leaderboard([], notes: [note]).render(.latex)
    #expect(text.hasSuffix("% Not read: a \\evil: b\n"))
    #expect(text.split(separator: "\n").allSatisfy { $0.hasPrefix("%") })
  }
}
