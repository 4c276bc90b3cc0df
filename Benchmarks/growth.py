"""How time and memory grow with a corpus: keyword spotting on 1 k, 10 k and
100 k utterances of noise in the layout of Speech Commands.

    TMPDIR=/dev/shm python3 Benchmarks/growth.py .build/release/superb

For each size: listing (`data check`), a fresh run of 100 steps with its
extraction, the same run again when nothing is left to do, and the most memory
of any process. One JSON object a line.
"""

import argparse
import json
import os
import random
import shutil
import struct
import subprocess
import tempfile
import time

WORDS = ("yes no up down left right on off stop go "
         "bed bird cat dog happy house marvin sheila tree wow").split()
SAMPLES = 4000


def write(path, rng):
    data = rng.randbytes(2 * SAMPLES)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(b"RIFF" + struct.pack("<I", 36 + len(data)) + b"WAVEfmt ")
        file.write(struct.pack("<IHHIIHH", 16, 1, 1, 16000, 32000, 2, 16))
        file.write(b"data" + struct.pack("<I", len(data)) + data)


def make(folder, count, rng):
    for index in range(count):
        word = WORDS[index % len(WORDS)]
        speaker = f"{index // len(WORDS):08x}"
        write(f"{folder}/train/{word}/{speaker}_nohash_0.wav", rng)
    for kind in ("white_noise", "pink_noise"):
        write(f"{folder}/train/_background_noise_/{kind}.wav", rng)
    for index in range(100):
        word = (WORDS[:10] + ["_unknown_", "_silence_"])[index % 12]
        write(f"{folder}/test/{word}/{index:08x}_nohash_0.wav", rng)
    with open(f"{folder}/benchmark.yaml", "w") as file:
        file.write(
            "name: growth\nupstreams: [fbank_no_cmvn]\n"
            f"runs: {folder}/runs\ncache: {folder}/cache\n"
            f"corpora: {{speech_commands: {folder}/train, "
            f"speech_commands_test: {folder}/test}}\n"
            "tasks: {ks: {runner: {total_steps: 100, eval_step: 100}}}\n")


def measure(command):
    """Seconds on the clock, and of the largest process in MB."""
    began = time.monotonic()
    code = subprocess.run(
        ["/usr/bin/time", "-o", "/dev/stdout", "-f", "peak %M"] + command,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if code.returncode:
        raise SystemExit(code.stderr[-2000:])
    peak = [line for line in code.stdout.splitlines() if "peak " in line][-1]
    return (round(time.monotonic() - began, 2),
            round(int(peak.split()[-1]) / 1024))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("superb")
    parser.add_argument("--sizes", default="1000,10000,100000")
    options = parser.parse_args()
    superb = os.path.abspath(options.superb)
    for count in map(int, options.sizes.split(",")):
        folder = tempfile.mkdtemp(prefix="superb-growth-")
        try:
            make(folder, count, random.Random(count))
            file = ["--benchmark", f"{folder}/benchmark.yaml"]
            measure([superb, "tasks", "ks"] + file)
            listing = measure([superb, "data", "check", "--tasks", "ks"] + file)
            fresh = measure([superb, "run"] + file)
            idle = measure([superb, "run"] + file)
        finally:
            shutil.rmtree(folder)
        print(json.dumps({
            "utterances": count, "listing_seconds": listing[0],
            "fresh_seconds": fresh[0], "idle_seconds": idle[0],
            "peak_mb": max(listing[1], fresh[1], idle[1]),
        }), flush=True)


if __name__ == "__main__":
    main()
