"""Reading a large ARPA file: superb lm compile against KenLM.

    pip install kenlm numpy
    python Benchmarks/peers/kenlm_load.py --superb .build/release/superb

Makes a 4-gram of ten million n-grams (from a seed, into a temporary folder or
--folder, which is kept), and reads it by turns, each in a process of its own:
KenLM into its probing model, superb into its compiled form, which it writes.
Then superb opens the compiled form. One JSON line for each: seconds, seconds
of the processor, and the peak of its memory in MiB; `own` leaves out the pages
of mapped files, and `base` is what Python takes before KenLM reads anything.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np

SIZES = [200_000, 3_800_000, 4_000_000, 2_000_000]


def unique(pairs, count, rng):
    """`count` different rows at most, sorted."""
    pairs = np.unique(pairs, axis=0)
    if len(pairs) > count:
        kept = rng.choice(len(pairs), count, replace=False)
        pairs = pairs[np.sort(kept)]
    return pairs


def starts(parents, count):
    return np.searchsorted(parents, np.arange(count + 1))


def extended(parents, children_of, first, rng, count):
    """Pairs of an n-gram and an n-gram that goes on from it.

    `children_of` says for each n-gram by which shorter one it goes on, and
    `first` where that one's longer ones begin."""
    picked = rng.integers(0, len(parents), int(count * 2.5))
    shorter = children_of[picked]
    low, high = first[shorter], first[shorter + 1]
    fits = high > low
    picked, low, high = picked[fits], low[fits], high[fits]
    longer = low + rng.integers(0, 1 << 40, len(low)) % (high - low)
    return unique(np.stack([picked, longer], 1), count, rng)


def make(path, sizes, seed):
    rng = np.random.default_rng(seed)
    draw = random.Random(seed)
    words = ["<s>", "</s>", "<unk>"]
    known = set(words)
    while len(words) < sizes[0]:
        word = "".join(draw.choices("abcdefghijklmnopqrstuvwxyz",
                                    k=2 + min(int(draw.expovariate(0.25)), 12)))
        if word not in known:
            known.add(word)
            words.append(word)
    count = int(sizes[1] * 1.5)
    left = (rng.random(count) ** 3 * len(words)).astype(np.int64)
    right = 1 + (rng.random(count) ** 3 * (len(words) - 1)).astype(np.int64)
    left[left == 1] = 0
    two = unique(np.stack([left, right], 1), sizes[1], rng)
    first2 = starts(two[:, 0], len(words))
    inner = np.nonzero(two[:, 1] != 1)[0]
    three = extended(inner, two[inner, 1], first2, rng, sizes[2])
    three[:, 0] = inner[three[:, 0]]
    first3 = starts(three[:, 0], len(two))
    inner = np.nonzero(two[three[:, 1], 1] != 1)[0]
    four = extended(inner, three[inner, 1], first3, rng, sizes[3])
    four[:, 0] = inner[four[:, 0]]
    texts2 = ["%s %s" % (words[a], words[b]) for a, b in two.tolist()]
    ends = [words[b] for b in two[:, 1].tolist()]
    texts3 = ["%s %s" % (texts2[a], ends[b]) for a, b in three.tolist()]
    ends3 = [ends[b] for b in three[:, 1].tolist()]
    texts4 = ["%s %s" % (texts3[a], ends3[b]) for a, b in four.tolist()]
    orders = [words, texts2, texts3, texts4]
    with open(path, "w") as file:
        file.write("\\data\\\n")
        for order, texts in enumerate(orders, 1):
            file.write("ngram %d=%d\n" % (order, len(texts)))
        for order, texts in enumerate(orders, 1):
            file.write("\n\\%d-grams:\n" % order)
            scores = -6 * rng.random(len(texts))
            weights = -rng.random(len(texts))
            if order == len(orders):
                file.writelines("%.6g\t%s\n" % pair
                                for pair in zip(scores.tolist(), texts))
            else:
                file.writelines(
                    "%.6g\t%s\t%.6g\n" % (score, text, 0 if text.endswith(
                        "</s>") else weight)
                    for score, text, weight in zip(scores.tolist(), texts,
                                                   weights.tolist()))
        file.write("\n\\end\\\n")
    return [len(texts) for texts in orders]


WATCHED = """
import json, sys
def peak(key):
    for line in open("/proc/self/status"):
        if line.startswith(key):
            return int(line.split()[1]) / 1024
import kenlm, time
base = peak("VmHWM")
start, cpu = time.time(), time.process_time()
model = kenlm.Model(sys.argv[1])
print(json.dumps({"seconds": time.time() - start,
                  "cpu": time.process_time() - cpu,
                  "peak": peak("VmHWM"), "base": base}))
"""


def measured(command):
    """Seconds, processor's seconds and peaks of a program."""
    start = time.time()
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL,
                             stdout=subprocess.DEVNULL)
    # Not ru_maxrss, which begins with what this script takes.
    peak = own = 0
    while os.waitid(os.P_PID, child.pid,
                    os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        try:
            for line in open("/proc/%d/status" % child.pid):
                if line.startswith("VmHWM"):
                    peak = max(peak, int(line.split()[1]) / 1024)
                if line.startswith("RssAnon"):
                    own = max(own, int(line.split()[1]) / 1024)
        except OSError:
            pass
        time.sleep(0.002)
    seconds = time.time() - start
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = status
    if status:
        sys.exit("%s failed" % command)
    return {"seconds": seconds, "cpu": usage.ru_utime + usage.ru_stime,
            "peak": peak, "own": own}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--superb", default=".build/release/superb")
    parser.add_argument("--scale", type=float, default=1,
                        help="of ten million n-grams")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--folder")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.folder or temporary
        os.makedirs(folder, exist_ok=True)
        path = os.path.join(folder, "lm.arpa")
        if not os.path.exists(path):
            counts = make(
                path, [int(size * arguments.scale) for size in SIZES], 1)
            print(json.dumps({"counts": counts, "total": sum(counts),
                              "bytes": os.path.getsize(path)}), flush=True)
        compiled = os.path.join(folder, "lm.compiled")
        runs = {"kenlm": [], "superb lm compile": [], "superb, compiled": []}
        for _ in range(arguments.turns):
            runs["kenlm"].append(json.loads(subprocess.check_output(
                [sys.executable, "-c", WATCHED, path])))
            runs["superb lm compile"].append(measured(
                [arguments.superb, "lm", "compile", path, "--out", compiled]))
            runs["superb, compiled"].append(measured(
                [arguments.superb, "lm", "query", compiled]))
        for name, list_ in runs.items():
            print(json.dumps({"what": name, **{
                key: round(statistics.median(run[key] for run in list_), 3)
                for key in list_[0]}}))
        print(json.dumps({"what": "compiled file", "bytes":
                          os.path.getsize(compiled)}))


if __name__ == "__main__":
    main()
