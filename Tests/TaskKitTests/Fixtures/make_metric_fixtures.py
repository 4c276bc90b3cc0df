#!/usr/bin/env python3
"""Writes the expected values of the metrics' tests.

    pip install jiwer scikit-learn scipy intervaltree
    git clone https://github.com/nryant/dscore
    ./make_metric_fixtures.py --dscore dscore

Inputs are random with a fixed seed; every expected value is computed by the
tool that people use for it: jiwer, scikit-learn with SciPy, md-eval 22 as
dscore runs it, SciPy's median filter, Python's regular expressions.
"""

import argparse
import json
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import jiwer
import numpy as np
from scipy.interpolate import interp1d
from scipy.optimize import brentq
from scipy.signal import medfilt
from sklearn.metrics import roc_curve

HERE = Path(__file__).parent
rng = random.Random(20240607)


def save(name, cases):
    rows = ",\n".join(json.dumps(case) for case in cases)
    (HERE / name).write_text(f"[\n{rows}\n]\n")


def counts(output):
    return {
        "hits": output.hits,
        "substitutions": output.substitutions,
        "deletions": output.deletions,
        "insertions": output.insertions,
    }


def transcripts():
    """Few words, so that ties between alignments abound; some are longer than
    one machine word of the bit-parallel algorithm."""
    words = "a b c ab Été 我 s'il abba".split()
    cases = []
    for length in [1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 63, 64, 65, 90, 130] * 5:
        used = words[: rng.randint(2, len(words))]
        reference = [rng.choice(used) for _ in range(length)]
        if rng.random() < 0.7:
            hypothesis = []
            for word in reference:
                what = rng.random()
                if what < 0.15:
                    continue
                hypothesis.append(rng.choice(used) if what < 0.3 else word)
                if what > 0.85:
                    hypothesis.append(rng.choice(used))
        else:
            hypothesis = [rng.choice(used) for _ in range(rng.randint(0, 80))]
        texts = " ".join(reference), " ".join(hypothesis)
        cases.append(
            {
                "reference": texts[0],
                "hypothesis": texts[1],
                "words": counts(jiwer.process_words(*texts)),
                "characters": counts(jiwer.process_characters(*texts)),
            }
        )
    save("transcripts.json", cases)


def detectors():
    cases = []
    for size in [2, 3, 5, 10, 30, 100, 300]:
        for digits in [0, 1, 6]:
            labels = [1, 0] + [int(rng.random() < 0.4) for _ in range(size)]
            scores = [
                round(rng.gauss(label * rng.choice([1, 2]), 1), digits)
                for label in labels
            ]
            fpr, tpr, thresholds = roc_curve(labels, scores)
            curve = interp1d(fpr, tpr)
            eer = brentq(
                lambda x: 1.0 - x - curve(x), 0.0, 1.0, xtol=1e-14, rtol=1e-14
            )
            p = 0.05
            cost = min(p * (1 - t) + (1 - p) * f for f, t in zip(fpr, tpr))
            cases.append(
                {
                    "scores": scores,
                    "labels": labels,
                    "falsePositiveRates": fpr.tolist(),
                    "truePositiveRates": tpr.tolist(),
                    "thresholds": thresholds[1:].tolist(),
                    "eer": eer,
                    "minDCF": cost / min(p, 1 - p),
                }
            )
    save("detectors.json", cases)


def turns_of(dscore, speakers, length):
    """Turns of each speaker that do not overlap with each other; several
    speakers may well talk at once."""
    turns = []
    for speaker in speakers:
        time = rng.randint(0, 300)
        while True:
            start = time + rng.choice([0, 1, 5, 30, 100, 250])
            end = start + rng.choice([2, 10, 40, 90, 300, 700])
            if end > length:
                break
            turns.append(
                dscore.Turn(
                    start / 100, end / 100, speaker_id=speaker, file_id="rec"
                )
            )
            time = end + 1
    return turns


def rttm(turns):
    return "".join(
        f"SPEAKER rec 1 {t.onset:.3f} {t.dur:.3f} <NA> <NA> {t.speaker_id}"
        " <NA> <NA>\n"
        for t in turns
    )


def diarizations(path):
    sys.path.insert(0, str(path))
    from scorelib import turn as dscore
    from scorelib.uem import UEM, gen_uem

    cases = []
    while len(cases) < 40:
        length = rng.choice([500, 2000, 6000])
        reference = turns_of(dscore, "ABCDE"[: rng.randint(1, 5)], length)
        system = turns_of(dscore, "vwxyz"[: rng.randint(1, 5)], length)
        if not reference or not system:
            continue
        case = {
            "reference": rttm(reference),
            "system": rttm(system),
            "collar": rng.choice([0, 0, 0.1, 0.25]),
            "ignoreOverlaps": rng.random() < 0.3,
        }
        uem = gen_uem(reference, system)
        if rng.random() < 0.4:
            middle = length / 250
            uem = UEM({"rec": [(0.5, middle), (middle + 0.7, length / 105)]})
            case["regions"] = "".join(
                f"rec 1 {a:.6f} {b:.6f}\n" for a, b in uem["rec"]
            )
        reference = dscore.merge_turns(dscore.trim_turns(reference, uem))
        system = dscore.merge_turns(dscore.trim_turns(system, uem))
        if not reference or not system:
            continue
        with tempfile.TemporaryDirectory() as folder:
            folder = Path(folder)
            (folder / "ref").write_text(rttm_exact(reference))
            (folder / "sys").write_text(rttm_exact(system))
            (folder / "uem").write_text(
                "".join(f"rec 1 {a:.6f} {b:.6f}\n" for a, b in uem["rec"])
            )
            command = ["perl", str(path / "scorelib" / "md-eval-22.pl")]
            command += ["-af", "-r", "ref", "-s", "sys", "-u", "uem"]
            command += ["-c", str(case["collar"])]
            command += ["-1"] if case["ignoreOverlaps"] else []
            output = subprocess.run(
                command, cwd=folder, capture_output=True, text=True
            ).stdout
        if "for ALL" not in output:  # it gives up where nothing is scored
            continue
        overall = output[output.index("for ALL") :]
        for key, label in [
            ("speech", "SCORED SPEAKER"),
            ("missed", "MISSED SPEAKER"),
            ("falseAlarm", "FALARM SPEAKER"),
            ("confusion", "SPEAKER ERROR"),
        ]:
            case[key] = float(
                re.search(label + r" TIME =([0-9.]+) secs", overall).group(1)
            )
        cases.append(case)
    save("diarizations.json", cases)


def rttm_exact(turns):
    return "".join(
        f"SPEAKER rec 1 {t.onset:.6f} {t.dur:.6f} <NA> <NA> {t.speaker_id}"
        " <NA> <NA>\n"
        for t in turns
    )


def activities():
    """Probabilities to turns, as the protocol describes it."""
    cases = []
    for frames, shift in [(1, 320), (4, 320), (25, 160), (60, 320), (60, 300)]:
        for width in [1, 3, 11]:
            probabilities = [
                [round(rng.random(), 1) for _ in range(2)]
                for _ in range(frames)
            ]
            threshold = rng.choice([0.3, 0.4, 0.5, 0.6, 0.7])
            array = np.array(probabilities, dtype=np.float32)
            active = np.where(array > threshold, 1.0, 0.0)
            if width > 1:
                active = medfilt(active, (width, 1))
            lines = []
            for speaker in range(2):
                padded = np.pad(active[:, speaker], (1, 1))
                edges = np.flatnonzero(np.diff(padded))
                for start, end in zip(edges[::2], edges[1::2]):
                    onset = start * (shift / 16000)
                    duration = (end - start) * (shift / 16000)
                    lines.append(
                        f"SPEAKER rec 1 {onset:.2f} {duration:.2f} <NA> <NA>"
                        f" rec_{speaker} <NA>\n"
                    )
            cases.append(
                {
                    "probabilities": sum(probabilities, []),
                    "frameShift": shift / 16000,
                    "threshold": threshold,
                    "medianWidth": width,
                    "rttm": "".join(lines),
                }
            )
    save("activities.json", cases)


def slots():
    """Texts that are torn in every way, and what a regular expression finds."""
    span = re.compile(r"B-(\S+) (.+?) E-\1")
    parts = ["B-a ", " E-a", "B-b ", " E-b", "B-", "E-a", " ", "X", "YZ", "é"]
    parts += ["B-a", " E-ab", "B-ab "]
    cases = []
    for length in list(range(0, 25)) * 16:
        text = "".join(rng.choice(parts) for _ in range(length))
        found = span.findall(re.sub(" +", " ", text))
        cleaned = [
            re.sub(r" E-(\S+)", "", re.sub(r"B-(\S+) ", "", value))
            for _, value in found
        ]
        if found or rng.random() < 0.1:
            cases.append({"text": text, "spans": found, "cleaned": cleaned})
    save("slots.json", cases)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dscore", type=Path, required=True)
    path = parser.parse_args().dscore.resolve()
    transcripts()
    detectors()
    diarizations(path)
    activities()
    slots()


if __name__ == "__main__":
    main()
