/* Extension "superb.decode/1" of the host: beam search with a lexicon and an
 * n-gram language model over the outputs of a CTC model.
 *
 *     const superb_decode_api *decode =
 *         host->get_extension(host, SUPERB_DECODE_EXTENSION);
 *     status = decode->create(host, &settings, &decoder);
 *     status = decode->decode(decoder, log_probabilities, offsets, count, 1,
 *                             &hypotheses);
 *     decode->destroy(decoder);
 *
 * Options, hypotheses and scores are flashlight-text's; the language model's
 * scores are KenLM's. What is said of an utterance depends on its frames and
 * the settings alone, not on the other utterances of the call nor on the
 * number of threads. */
#ifndef SUPERB_DECODE_H
#define SUPERB_DECODE_H

#include "host.h"

#define SUPERB_DECODE_EXTENSION "superb.decode/1"

/* superb_decoder_settings.flags */

/* Hypotheses that meet add their probabilities; else the better one stands
 * for both. */
#define SUPERB_DECODE_LOG_ADD ((uint32_t)1)
/* The language model is over tokens although there is a lexicon. */
#define SUPERB_DECODE_TOKEN_MODEL ((uint32_t)2)

/* superb_decoder_settings.smearing: how a node of the lexicon stands for the
 * words below it. */
#define SUPERB_DECODE_SMEAR_NONE ((int32_t)0)
#define SUPERB_DECODE_SMEAR_MAX ((int32_t)1)
#define SUPERB_DECODE_SMEAR_LOGADD ((int32_t)2)

/* Texts are UTF-8 and borrowed for the call. */
typedef struct superb_decoder_settings {
  uint32_t struct_size;
  uint32_t flags;
  /* The model's outputs by name, in their order; each name once. */
  const char *const *tokens;
  uint32_t token_count;
  /* Which of them is the CTC blank, and which stands between words. */
  int32_t blank;
  int32_t silence;
  int32_t smearing;
  /* Lines of a word, a tab or space, and its tokens with spaces between them:
   * a file, or the lines themselves. Both null: any sequence of tokens. */
  const char *lexicon_file;
  const char *lexicon_lines;
  /* The language model, over words if there is a lexicon, else over tokens:
   * an ARPA file, plain, gzip or bzip2, or a model that `superb lm compile`
   * wrote. Or the sentences, a line each, that a model of n-grams up to
   * `model_order` (1 … 16) is estimated from, by interpolated modified
   * Kneser-Ney. Both null: none. */
  const char *model_file;
  const char *model_sentences;
  int64_t model_order;
  /* Hypotheses that are kept in each frame, 1 or more. */
  int64_t beam_size;
  /* Tokens that are tried in each frame, the likeliest; 0: all. */
  int64_t beam_size_token;
  /* How much worse than a frame's best a hypothesis may be, 0 or more. */
  double beam_threshold;
  /* Times the language model's log10. */
  double lm_weight;
  /* Added for each word; for each unknown word, -infinity forbids them; and
   * for each frame of silence. */
  double word_score;
  double unk_score;
  double sil_score;
} superb_decoder_settings;

/* The host's; used by one thread at a time. */
typedef struct superb_decoder superb_decoder;

/* One transcription of one utterance; valid for the call that tells it. */
typedef struct superb_hypothesis {
  uint32_t struct_size;
  uint32_t reserved;
  /* Words, and tokens with repeats joined and blanks removed; spaces between
   * them. */
  const char *words;
  const char *tokens;
  /* score is am_score + lm_weight * lm_score and what was added for words
   * and silence; natural logarithms, but for lm_score. */
  double score;
  double am_score;
  double lm_score;
} superb_hypothesis;

/* Where `decode` puts what it finds. The caller's. */
typedef struct superb_hypotheses {
  uint32_t struct_size;
  uint32_t reserved;
  /* The caller's own. */
  void *context;
  /* Utterance after utterance, the best first; none for one whose beam ran
   * empty. Called on the calling thread. */
  void (*take)(const struct superb_hypotheses *self, int64_t utterance,
               const superb_hypothesis *hypothesis);
} superb_hypotheses;

typedef struct superb_decode_api {
  uint32_t struct_size;
  uint32_t reserved;
  /* Reads lexicon and language model, which may take its time; a large ARPA
   * file is read once and kept in the host's cache. What the model or the
   * lexicon does not know is counted and told through host->log. The decoder
   * is the task's until it destroys it, at the latest in its own destroy.
   *
   * Errors: SUPERB_INVALID_ARGUMENT for settings that make no sense and for
   * files that cannot be read or are wrong; the reason, with the line, is
   * told through host->fail.
   * Threads: the thread that made the expert. */
  superb_status (*create)(const superb_host *host,
                          const superb_decoder_settings *settings,
                          superb_decoder **out);
  /* Decodes packed log probabilities, float32 [offsets[count], token_count]:
   * utterance i has rows offsets[i] ... offsets[i+1]-1. `best` is how many
   * hypotheses of each are wanted at most, 1 or more.
   *
   * Errors: SUPERB_INVALID_ARGUMENT for NaN and +infinity, told through
   * host->fail; SUPERB_CANCELLED once host->cancelled says so. Nothing has
   * been taken then.
   * Threads: the thread that made the expert; works on all cores. */
  superb_status (*decode)(superb_decoder *decoder,
                          const float *log_probabilities,
                          const int64_t *offsets, int64_t count, int64_t best,
                          const superb_hypotheses *hypotheses);
  /* Null is allowed. */
  void (*destroy)(superb_decoder *decoder);
} superb_decode_api;

#endif
