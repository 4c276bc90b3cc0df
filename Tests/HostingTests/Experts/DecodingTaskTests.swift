import Diagnostics
import Files
import Foundation
import Logging
import Tensors
import TestSupport
import Testing

@testable import Hosting

/// A task in C asks its host for `superb.decode/1`.
@Suite struct DecodingTaskTests {
  /// What the task hears in `frames` of equal length, one letter each.
  private func heard(_ frames: String, lexicon: String) throws -> String {
    let folder = try TemporaryFolder()
    try folder.write("speller/task.c", Self.source)
    let task = try #require(TaskFolder(path: folder.path + "/speller"))
    let library = try TaskLibrary(
      path: TaskBuilder(
        installation: .current(), cache: CacheFolder(path: folder.path)
      ).library(for: task))
    let out = folder.path + "/heard"
    let host = ExpertHost(
      engine: Engine(threads: 1, seed: 1),
      setting: ExpertHost.Setting(
        upstreamDimension: 1, samplesPerFrame: 160, seed: 1,
        config: try Samples.yaml(
          """
          downstream_expert:
            frames: "\(frames)"
            lexicon: "\(lexicon)"
            out: "\(out)"
          """),
        corpora: [:], logger: Logger(label: "test"),
        reportsProgress: { _, _ in }, isCancelled: { false }))
    _ = try Expert(
      of: try #require(library.descriptions().first), in: library, host: host)
    return try String(contentsOfFile: out, encoding: .utf8)
  }

  @Test func theLanguageModelDecidesWhatTheFramesLeaveOpen() throws {
    // A frame `?` may be a or b; the sentences say ab more often than aa.
    let said = try heard(
      "a?|b_a|", lexicon: #"ab\ta b |\naa\ta a |\nba\tb a |"#
    ).split(separator: "\n")
    #expect(said.count == 2 && said[0] == "ab ba", "\(said)")
    #expect(said.last?.contains("a b | b a |") == true, "\(said)")
  }

  @Test func whatTheHostRefusesIsTheTasksError() throws {
    let error = #expect(throws: TaskFailure.self) {
      try heard("a", lexicon: #"ab\ta x |"#)
    }
    #expect("\(error as Any)".contains("x"), "\(error as Any)")
  }

  private static let source = #"""
    #include <math.h>
    #include <stdio.h>
    #include <string.h>
    #include <superb/decode.h>
    #include <superb/helpers.h>

    enum { TOKENS = 4, MOST = 64 };
    static const char *const tokens[TOKENS] = {"_", "|", "a", "b"};

    static void take(const superb_hypotheses *self, int64_t utterance,
                     const superb_hypothesis *hypothesis) {
      FILE *file = fopen(self->context, "w");
      if (!file || utterance != 0) return;
      fprintf(file, "%s\n%s", hypothesis->words, hypothesis->tokens);
      fclose(file);
    }

    static superb_status spell(const superb_host *host,
                               const superb_decode_api *api,
                               superb_decoder *decoder) {
      const char *frames = "", *out = "";
      host->config_string(host, "frames", &frames);
      host->config_string(host, "out", &out);
      float scores[MOST * TOKENS];
      const int64_t count = (int64_t)strlen(frames);
      for (int64_t i = 0; i < count && i < MOST; i++)
        for (int t = 0; t < TOKENS; t++)
          scores[i * TOKENS + t] =
              frames[i] == tokens[t][0]          ? -0.1f
              : frames[i] == '?' && t > 1 ? -0.7f
                                                 : -9.0f;
      const int64_t offsets[] = {0, count};
      const superb_hypotheses found = {.struct_size = sizeof found,
                                       .context = (void *)out, .take = take};
      return api->decode(decoder, scores, offsets, 1, 1, &found);
    }

    /* It hears what there is to hear when it is made. */
    static superb_status no_data(superb_expert *self, const superb_pass *pass,
                                 superb_dataloader **out) {
      (void)self, (void)pass, (void)out;
      return SUPERB_UNSUPPORTED;
    }
    static superb_status no_loss(superb_expert *self, const superb_pass *pass,
                                 const superb_batch *batch,
                                 const superb_features *features,
                                 superb_tensor **loss) {
      (void)self, (void)pass, (void)batch, (void)features, (void)loss;
      return SUPERB_UNSUPPORTED;
    }
    static superb_status no_records(superb_expert *self,
                                    const superb_pass *pass,
                                    const superb_records *records) {
      (void)self, (void)pass, (void)records;
      return SUPERB_UNSUPPORTED;
    }

    static superb_status create(const superb_host *host,
                                superb_expert **out) {
      const superb_decode_api *api =
          host->get_extension(host, SUPERB_DECODE_EXTENSION);
      if (!api) return host->fail(host, SUPERB_UNSUPPORTED, "no decoder");
      superb_decoder_settings settings = {
          .struct_size = sizeof settings, .tokens = tokens,
          .token_count = TOKENS, .blank = 0, .silence = 1,
          .smearing = SUPERB_DECODE_SMEAR_MAX,
          .model_sentences = "ab ba\nab ab\naa ba\nab ba", .model_order = 2,
          .beam_size = 10, .beam_threshold = 50, .lm_weight = 1,
          .unk_score = -INFINITY};
      host->config_string(host, "lexicon", &settings.lexicon_lines);
      superb_decoder *decoder = NULL;
      superb_status status = api->create(host, &settings, &decoder);
      if (status == SUPERB_OK) status = spell(host, api, decoder);
      api->destroy(decoder);
      if (status != SUPERB_OK) return status;
      static superb_expert made;
      made = (superb_expert){.struct_size = sizeof made,
                             .get_dataloader = no_data, .forward = no_loss,
                             .log_records = no_records};
      *out = &made;
      return SUPERB_OK;
    }

    SUPERB_METRIC(accuracy, "acc", "accuracy", SUPERB_UNIT_FRACTION, 1);
    static const superb_metric *const metrics[] = {&accuracy, NULL};
    static const char *const none[] = {NULL};
    static const char *const test_splits[] = {"test", NULL};
    SUPERB_TASK(described, 1, "speller", "speller", "Spells.", none, metrics,
                none, "speller", test_splits);
    SUPERB_LIBRARY(described, create);
    """#
}
