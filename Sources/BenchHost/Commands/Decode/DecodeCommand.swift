import ArgumentParser

/// `superb decode`: beam search with a language model over emissions.
struct DecodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decode",
    abstract: "Beam search with a lexicon and a language model.",
    discussion: """
      Emissions are a safetensors file with one tensor an utterance, named by
      its id: log-probabilities [frames, tokens]. The acoustic model is not
      run again, however often they are decoded:

        superb decode dev.safetensors --tokens tokens.txt \\
          --lexicon lexicon.lst --lm 4-gram.arpa.gz --lm-weight 2 --json
        superb decode sweep dev.safetensors --tokens tokens.txt \\
          --lexicon lexicon.lst --lm 4-gram.arpa.gz --ref dev.txt \\
          --grid 'lm_weight=0:4:0.5,word_score=-2:2:1' --out sweeps/first
        superb decode collect sweeps

      Options and numbers are flashlight-text's.
      """,
    subcommands: [DecodeRun.self, DecodeSweep.self, DecodeCollect.self],
    defaultSubcommand: DecodeRun.self)
}
