"""Beam search with a lexicon and a 3-gram: superb decode against flashlight.

    pip install flashlight-text kenlm numpy
    python Benchmarks/peers/flashlight_decode.py --superb .build/release/superb

Makes a lexicon, a language model and emissions that resemble an acoustic
model's (from a seed, into a temporary folder), then decodes them by turns on
one core with the same settings. Times are processor time of the searches
alone, reading and loading left out, so that a busy machine moves them little;
of several turns the median counts. A frame is taken for 20 ms. One JSON line
a setting, with how many of the best hypotheses are the same.

Either peer searches in a process of its own that reads the same files, so that
peak memories compare; numpy's own is told beside them. How much two threads
gain is told beside what two processes gain that share nothing: threads of one
core share its units, and no program gains more there than such processes do.
"""

import argparse
import json
import os
import random
import re
import resource
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np

TOKENS = ["-", "|"] + list("abcdefghijklmnopqrstuvwxyz'")


def make(folder, rng, words, utterances, frames):
    lexicon = {}
    while len(lexicon) < words:
        length = 2 + min(int(rng.expovariate(0.25)), 12)
        word = "".join(rng.choices(TOKENS[2:], k=length))
        lexicon[word] = list(word) + ["|"]
    names = sorted(lexicon)
    rng.shuffle(names)

    def draw():
        return names[min(int(rng.paretovariate(0.7)) - 1, words - 1)]

    text = [[draw() for _ in range(rng.randint(5, 25))]
            for _ in range(words * 2)]
    with open(os.path.join(folder, "tokens.txt"), "w") as file:
        file.writelines(token + "\n" for token in TOKENS)
    with open(os.path.join(folder, "lexicon.lst"), "w") as file:
        file.writelines("%s\t%s\n" % (word, " ".join(lexicon[word]))
                        for word in names)
    with open(os.path.join(folder, "text.txt"), "w") as file:
        file.writelines(" ".join(line) + "\n" for line in text)
    noise = np.random.default_rng(1)
    tensors = {}
    for index in range(utterances):
        path = []
        while len(path) < frames:
            for token in lexicon[draw()]:
                path += [TOKENS.index(token)] * rng.randint(1, 2)
                path += [0] * rng.randint(0, 2)
                if path and len(path) > 1 and path[-1] != 0:
                    path.append(0)
        path = np.array(path[:frames])
        logits = noise.normal(0, 1.5, (frames, len(TOKENS)))
        logits[np.arange(frames), path] += noise.normal(6, 3, frames)
        logits -= np.log(np.exp(logits).sum(1, keepdims=True))
        tensors["u%03d" % index] = logits.astype(np.float32)
    write_safetensors(os.path.join(folder, "emissions.safetensors"), tensors)


def write_safetensors(path, tensors):
    header, start = {}, 0
    for name, value in tensors.items():
        header[name] = {"dtype": "F32", "shape": list(value.shape),
                        "data_offsets": [start, start + value.nbytes]}
        start += value.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for value in tensors.values():
            file.write(value.tobytes())


def read_safetensors(path):
    with open(path, "rb") as file:
        size, = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(size))
        start = 8 + size
        for name, entry in header.items():
            first, last = entry["data_offsets"]
            file.seek(start + first)
            yield name, np.frombuffer(
                file.read(last - first), np.float32).reshape(entry["shape"])


class Peer:
    def __init__(self, folder, options):
        lexicon = {}
        with open(os.path.join(folder, "lexicon.lst")) as file:
            for line in file:
                word, spelling = line.rstrip("\n").split("\t")
                lexicon[word] = spelling.split()
        names = list(lexicon)
        from flashlight.lib.text.decoder import (
            CriterionType, LexiconDecoder, LexiconDecoderOptions,
            SmearingMode, Trie)
        from flashlight.lib.text.decoder.kenlm import KenLM
        from flashlight.lib.text.dictionary import Dictionary
        self.words = Dictionary()
        for name in names + ["<unk>"]:
            self.words.add_entry(name)
        self.lm = KenLM(os.path.join(folder, "lm.arpa"), self.words)
        self.trie = Trie(len(TOKENS), 1)
        start = self.lm.start(False)
        for name in names:
            index = self.words.get_index(name)
            self.trie.insert([TOKENS.index(t) for t in lexicon[name]], index,
                             self.lm.score(start, index)[1])
        self.trie.smear(SmearingMode.MAX)
        self.decoder = LexiconDecoder(
            LexiconDecoderOptions(
                beam_size=options["beam-size"],
                beam_size_token=options["beam-size-token"],
                beam_threshold=options["beam-threshold"],
                lm_weight=options["lm-weight"],
                word_score=options["word-score"], unk_score=-float("inf"),
                sil_score=0, log_add="log-add" in options,
                criterion_type=CriterionType.CTC),
            self.trie, self.lm, 1, 0, self.words.get_index("<unk>"), [],
            False)

    def decode(self, tensors):
        texts = {}
        start = time.process_time()
        for name, value in tensors.items():
            best = self.decoder.decode(value.ctypes.data, *value.shape)[0]
            texts[name] = [w for w in best.words if w >= 0]
        seconds = time.process_time() - start
        return seconds, {name: " ".join(map(self.words.get_entry, words))
                         for name, words in texts.items()}


def peer_process(folder, options, turns):
    """What the child of `theirs` does: prints one JSON line."""
    def peak():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    numpy = peak()
    peer = Peer(folder, options)
    tensors = dict(read_safetensors(
        os.path.join(folder, "emissions.safetensors")))
    runs = [peer.decode(tensors) for _ in range(turns)]
    print(json.dumps({"seconds": [seconds for seconds, _ in runs],
                      "texts": runs[0][1], "peak": peak(), "numpy": numpy}))


def theirs(folder, options, turns):
    # A small process starts it: ru_maxrss begins with the starter's.
    command = [sys.executable, __file__, "--peer", folder,
               "--turns", str(turns), "--options", json.dumps(options)]
    out = subprocess.run(["/bin/sh", "-c", 'exec "$@"', "sh"] + command,
                         check=True, stdout=subprocess.PIPE).stdout
    return json.loads(out)


def ours(program, folder, options, threads):
    command = [program, "decode", os.path.join(folder, "emissions.safetensors"),
               "--threads", str(threads), "--timing"]
    for name in ["tokens", "lexicon", "lm"]:
        ending = {"tokens": "txt", "lexicon": "lst", "lm": "arpa"}[name]
        command += ["--" + name, os.path.join(folder, name + "." + ending)]
    for name, value in options.items():
        command += ["--" + name] + ([] if value is True else [str(value)])
    with tempfile.TemporaryFile("w+") as out, \
            tempfile.TemporaryFile("w+") as err:
        child = subprocess.Popen(command, stdout=out, stderr=err)
        peak = 0
        # Not ru_maxrss, which begins with what this script takes.
        while child.poll() is None:
            try:
                for line in open("/proc/%d/status" % child.pid):
                    if line.startswith("VmHWM"):
                        peak = max(peak, int(line.split()[1]) // 1024)
            except OSError:
                pass
            time.sleep(0.005)
        out.seek(0)
        err.seek(0)
        found = re.search(
            r"searched for ([\d.]+) s of processor time, ([\d.]+) s",
            err.read())
        texts = {}
        for line in out:
            name, _, text = line.rstrip("\n").partition(" ")
            texts[name] = text
    return float(found[1]), float(found[2]), texts, peak


def at_once(program, folder, options):
    """Wall seconds of either of two processes, which share nothing."""
    with ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(ours, program, folder, options, 1)
                for _ in range(2)]
        return max(run.result()[1] for run in runs)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--superb", default=".build/release/superb")
    parser.add_argument("--words", type=int, default=20000)
    parser.add_argument("--utterances", type=int, default=10)
    parser.add_argument("--frames", type=int, default=500)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--peer", help=argparse.SUPPRESS)
    parser.add_argument("--options", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.peer:
        return peer_process(arguments.peer, json.loads(arguments.options),
                            arguments.turns)
    common = {"lm-weight": 2.0, "word-score": -1.0, "beam-threshold": 25.0}
    settings = [
        {"beam-size": 50, "beam-size-token": 29, **common},
        {"beam-size": 500, "beam-size-token": 29, **common},
        {"beam-size": 1500, "beam-size-token": 29, **common,
         "beam-threshold": 100.0},
        {"beam-size": 500, "beam-size-token": 10, **common, "log-add": True},
    ]
    with tempfile.TemporaryDirectory() as folder:
        make(folder, random.Random(1), arguments.words, arguments.utterances,
             arguments.frames)
        subprocess.run(
            [arguments.superb, "lm", "build", os.path.join(folder, "text.txt"),
             "--order", "3", "--out", os.path.join(folder, "lm.arpa")],
            check=True, stdout=subprocess.DEVNULL)
        seconds = arguments.utterances * arguments.frames * 0.02
        for options in settings:
            peers, mine, twos, pairs = [], [], [], []
            for _ in range(arguments.turns):
                peers.append(theirs(folder, options, 1))
                mine.append(ours(arguments.superb, folder, options, 1))
                twos.append(ours(arguments.superb, folder, options, 2))
                pairs.append(at_once(arguments.superb, folder, options))
            texts = peers[0]["texts"]
            same = sum(mine[0][2][name] == texts[name] for name in texts)
            a = statistics.median(run["seconds"][0] for run in peers)
            b = statistics.median(run[0] for run in mine)
            one = statistics.median(run[1] for run in mine)
            two = statistics.median(run[1] for run in twos)
            print(json.dumps({
                **options, "same": same, "of": len(texts),
                "flashlight_rtf": round(a / seconds, 5),
                "superb_rtf": round(b / seconds, 5),
                "ratio": round(b / a, 3),
                "one_thread_wall": round(one, 3),
                "two_threads_gain": round(one / two, 2),
                "two_processes_gain": round(
                    2 * one / statistics.median(pairs), 2),
                "two_threads_same": twos[0][2] == mine[0][2],
                "flashlight_peak_mb": max(run["peak"] for run in peers),
                "numpy_mb": max(run["numpy"] for run in peers),
                "superb_peak_mb": max(run[3] for run in mine),
                "superb_two_threads_peak_mb": max(run[3] for run in twos),
            }), flush=True)


if __name__ == "__main__":
    main()
