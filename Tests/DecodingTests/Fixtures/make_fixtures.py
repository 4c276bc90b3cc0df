"""Makes the fixtures of DecodingTests: hypotheses of flashlight-text's.

    pip install flashlight-text kenlm numpy
    python make_fixtures.py                       # flashlight.jsonl.gz
    python make_fixtures.py --utterances 2000 --settings 100 --seed 7 \\
        --out /tmp/more.jsonl.gz
    DECODING_FIXTURE=/tmp/more.jsonl.gz make test

Random emissions (from a generator that the tests repeat, so that none are
stored) times random lexicons times random language models times random
settings. The first line of the file holds what all share, with KenLM's scores of some
sentences, each further line a setting and its hypotheses: for each utterance a list of [score, text], best
first, and the best one's acoustic score, language score and path.
"""

import argparse
import gzip
import itertools
import json
import os
import random
import tempfile

import kenlm
import numpy as np
from flashlight.lib.text.decoder import (
    CriterionType, LexiconDecoder, LexiconDecoderOptions, LexiconFreeDecoder,
    LexiconFreeDecoderOptions, SmearingMode, Trie, ZeroLM)
from flashlight.lib.text.decoder.kenlm import KenLM
from flashlight.lib.text.dictionary import Dictionary

TOKENS = ["-", "|", "a", "b", "c", "d", "e", "f", "g"]
MASK = (1 << 64) - 1


def uniform(seed, count):
    """Numbers in [0, 1) of 24 bits: SplitMix64 from `seed`."""
    state = np.uint64(seed) + np.arange(1, count + 1, dtype=np.uint64) * \
        np.uint64(0x9E3779B97F4A7C15)
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    state = state ^ (state >> np.uint64(31))
    return (state >> np.uint64(40)).astype(np.float64) / (1 << 24)


def emissions(utterance):
    """[frames, tokens], between 0 and -12."""
    frames = 4 + utterance % 21
    u = uniform(utterance * 1000003 + 17, frames * len(TOKENS))
    return (-(u * u) * 12).astype(np.float32).reshape(frames, len(TOKENS))


def arpa(rng, words, order, has_unk, sizes):
    """A random back-off model, a few suffixes missing, in random order."""
    first = ["<s>", "</s>"] + (["<unk>"] if has_unk else []) + words
    levels = [[(word,) for word in first]]
    for n in range(2, order + 1):
        contexts = [g for g in levels[-1] if g[-1] != "</s>"]
        known = set(levels[-1])
        grams = set()
        for _ in range(sizes[n - 2] * 30):
            gram = rng.choice(contexts) + (rng.choice(first[1:]),)
            if n > 2 and gram[1:] not in known and rng.random() > 0.01:
                continue
            grams.add(gram)
            if len(grams) == sizes[n - 2]:
                break
        levels.append(rng.sample(sorted(grams), len(grams)))
    lines = ["\\data\\"]
    lines += ["ngram %d=%d" % (n + 1, len(l)) for n, l in enumerate(levels)]
    for n, level in enumerate(levels, 1):
        lines += ["", "\\%d-grams:" % n]
        for gram in level:
            line = "%.6f\t%s" % (-4 * rng.random(), " ".join(gram))
            if n < order and gram[-1] != "</s>" and rng.random() < 0.8:
                line += "\t%.6f" % (-1.5 * rng.random())
            lines.append(line)
    return "\n".join(lines + ["", "\\end\\", ""])


def lexicon(rng, words, ends_in_silence, has_homophones):
    entries, used = [], set()
    for index, word in enumerate(words):
        for _ in range(2 if index % 11 == 0 else 1):
            while True:
                length = 1 + min(int(rng.expovariate(0.5)), 5)
                spelling = [rng.choice(TOKENS[2:]) for _ in range(length)]
                repeats = any(map(str.__eq__, spelling, spelling[1:]))
                if tuple(spelling) not in used and \
                        (has_homophones or not repeats):
                    break
            used.add(tuple(spelling))
            entries.append(
                [word, spelling + (["|"] if ends_in_silence else [])])
    if has_homophones:
        for word, other in zip(words[3:7], words[10:14]):
            entries.append(
                [word, next(s for w, s in entries if w == other)])
    return entries


def setting(rng, index, lexicons, word_models, token_models):
    options = {
        "beam_size": rng.choice([1, 3, 10, 25, 50, 100]),
        "beam_size_token": rng.choice([2, 4, 6, 9, 9, 100]),
        "beam_threshold": rng.choice([3.0, 8.0, 15.0, 25.0, 50.0]),
        "lm_weight": rng.choice([0.31, 0.87, 1.7, 2.9]),
        "word_score": rng.choice([-1.3, -0.4, 0.7, 2.1]),
        "unk_score": rng.choice([None, None, None, -0.9, -4.1]),
        "sil_score": rng.choice([0.0, -0.6, 0.4]),
        "log_add": index % 3 == 1,
        "criterion": "asg" if index % 10 == 7 else "ctc",
        "smearing": ["max", "logadd", "none", "max"][index % 4],
        "lm_over_tokens": False,
    }
    kind = index % 6
    if kind in (4,):  # without a lexicon
        choice = {"lexicon": None,
                  "lm": rng.choice(token_models + token_models + [None])}
    elif kind == 5 and index % 12 == 5:  # a token model within a lexicon
        options["lm_over_tokens"] = True
        choice = {"lexicon": rng.randrange(lexicons),
                  "lm": rng.choice(token_models)}
    else:
        choice = {"lexicon": rng.randrange(lexicons),
                  "lm": rng.choice(word_models * 4 + [None])}
    # Which of two equals a full beam keeps is nobody's business, so ties are
    # kept out: words that sound alike and unknown words where no model tells
    # them apart, scores of 0 where one does, and for ASG, which joins
    # repeated tokens without a blank, doubled letters.
    if choice["lexicon"] is not None and index % 7 == 3:
        options["lm_weight"] = 0.0
    if choice["lexicon"] is not None and (
            choice["lm"] is None or options["lm_over_tokens"]
            or options["lm_weight"] == 0 or options["criterion"] == "asg"):
        choice["lexicon"] = 3
        options["unk_score"] = None
    if options["smearing"] == "none":
        options["unk_score"] = None
    return {"options": options, **choice}


class Searcher:
    """flashlight-text's decoder for one setting."""

    def __init__(self, shared, paths, setting):
        options = setting["options"]
        tokens = Dictionary(TOKENS)
        criterion = {"ctc": CriterionType.CTC,
                     "asg": CriterionType.ASG}[options["criterion"]]
        transitions = shared["transitions"] \
            if options["criterion"] == "asg" else []
        entries = shared["lexicons"][setting["lexicon"]] \
            if setting["lexicon"] is not None else None
        self.words = Dictionary()
        for word in dict.fromkeys(w for w, _ in entries or []):
            self.words.add_entry(word)
        if entries is not None and not self.words.contains("<unk>"):
            self.words.add_entry("<unk>")
        self.over_words = entries is not None and \
            not options["lm_over_tokens"]
        self.lm = ZeroLM() if setting["lm"] is None else KenLM(
            paths[setting["lm"]], self.words if self.over_words else tokens)
        if entries is None:
            self.decoder = LexiconFreeDecoder(
                LexiconFreeDecoderOptions(
                    beam_size=options["beam_size"],
                    beam_size_token=options["beam_size_token"],
                    beam_threshold=options["beam_threshold"],
                    lm_weight=options["lm_weight"],
                    sil_score=options["sil_score"],
                    log_add=options["log_add"], criterion_type=criterion),
                self.lm, 1, 0, transitions)
            return
        self.trie = Trie(len(TOKENS), 1)
        start = self.lm.start(False)
        for word, spelling in entries:
            index = self.words.get_index(word)
            score = self.lm.score(start, index)[1] if self.over_words else 0.0
            self.trie.insert(
                [tokens.get_index(t) for t in spelling], index, score)
        self.trie.smear({"max": SmearingMode.MAX,
                         "logadd": SmearingMode.LOGADD,
                         "none": SmearingMode.NONE}[options["smearing"]])
        unk = options["unk_score"]
        self.decoder = LexiconDecoder(
            LexiconDecoderOptions(
                beam_size=options["beam_size"],
                beam_size_token=options["beam_size_token"],
                beam_threshold=options["beam_threshold"],
                lm_weight=options["lm_weight"],
                word_score=options["word_score"],
                unk_score=-float("inf") if unk is None else unk,
                sil_score=options["sil_score"], log_add=options["log_add"],
                criterion_type=criterion),
            self.trie, self.lm, 1, 0, self.words.get_index("<unk>"),
            transitions, options["lm_over_tokens"])

    def decode(self, matrix):
        frames, tokens = matrix.shape
        return self.decoder.decode(matrix.ctypes.data, frames, tokens)

    def text(self, hypothesis, has_lexicon):
        if has_lexicon:
            return " ".join(self.words.get_entry(w)
                            for w in hypothesis.words if w >= 0)
        return "".join(TOKENS[t] for t, _ in
                       itertools.groupby(hypothesis.tokens) if t != 0)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--utterances", type=int, default=200)
    parser.add_argument("--settings", type=int, default=30)
    parser.add_argument("--best", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", default=os.path.join(
        os.path.dirname(os.path.abspath(__file__)), "flashlight.jsonl.gz"))
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)

    words = ["w%d" % i for i in range(40)]
    models = [arpa(rng, words[:36], 2, True, [150]),
              arpa(rng, words[:36], 3, False, [200, 250]),
              arpa(rng, words, 4, True, [200, 250, 200]),
              arpa(rng, TOKENS[1:], 3, True, [60, 120]),
              arpa(rng, TOKENS[1:8], 5, True, [50, 80, 80, 60])]
    shared = {
        "tokens": TOKENS,
        "lexicons": [
            lexicon(rng, words[:12] + words[30:], True, True),
            lexicon(rng, words, True, True),
            lexicon(rng, words, False, True),
            lexicon(rng, words, True, False)],
        "lms": models,
        "transitions": [round(-2 * rng.random(), 5) for _ in
                        range(len(TOKENS) ** 2)],
        "utterances": arguments.utterances,
    }
    with tempfile.TemporaryDirectory() as folder, \
            gzip.GzipFile(arguments.out, "wb", 9, mtime=0) as out:
        paths = []
        for index, model in enumerate(models):
            paths.append(os.path.join(folder, "%d.arpa" % index))
            with open(paths[-1], "w") as file:
                file.write(model)

        def write(value):
            text = json.dumps(value, separators=(",", ":"))
            out.write((text + "\n").encode())

        # KenLM's own scores of random sentences, known and unknown words.
        shared["sentences"] = [
            [rng.choice(words[:38] + ["zzz"]) for _ in range(rng.randint(0, 9))]
            for _ in range(40)]
        shared["scores"] = [
            [[round(score, 6) for score, _, _ in
              model.full_scores(" ".join(sentence))]
             for sentence in shared["sentences"]]
            for model in map(kenlm.Model, paths)]
        write(shared)
        for index in range(arguments.settings):
            line = setting(rng, index, 3, [0, 1, 2], [3, 4])
            searcher = Searcher(shared, paths, line)
            has_lexicon = line["lexicon"] is not None
            line["results"] = []
            line["best"] = []
            for utterance in range(arguments.utterances):
                results = searcher.decode(emissions(utterance))
                line["results"].append([
                    [round(h.score, 5), searcher.text(h, has_lexicon)]
                    for h in results[:arguments.best]])
                line["best"].append([
                    round(results[0].emittingModelScore, 5),
                    round(results[0].lmScore, 5),
                    "".join(TOKENS[t] for t in results[0].tokens)]
                    if results else None)
            write(line)


if __name__ == "__main__":
    main()
