#!/usr/bin/env python3
"""Writes random.json: what CPython's module `random` draws.

    python3 make_random_fixtures.py > random.json
"""

import hashlib
import json
import random
import sys


def utterances(count):
    """Ids in the manner of LibriSpeech's."""
    return [f"{103 + i // 40}-{1240 + i // 8 % 5}-{i % 8:04d}"
            for i in range(count)]


def split(count):
    """The protocol's cut of a training list into train and dev."""
    ids = utterances(count)
    lines = list(ids)
    random.seed(1337)
    random.shuffle(ids)
    cut = int(len(ids) * 0.9)
    dev = "".join(i + "\n" for i in sorted(ids[cut:]))
    return {
        "lines": lines,
        "train": ids[:3],
        "dev": ids[cut:cut + 2],
        "devSHA1": hashlib.sha1(dev.encode()).hexdigest(),
    }


def draws(seed):
    random.seed(seed)
    return {
        "seed": seed,
        "bits32": [random.getrandbits(32) for _ in range(4)],
        "bits5": [random.getrandbits(5) for _ in range(4)],
        "below": [random.randrange(b) for b in (1, 2, 3, 10, 1000, 2**31)],
    }


def shuffled(seed, count):
    items = list(range(count))
    random.seed(seed)
    random.shuffle(items)
    return {"seed": seed, "order": items}


json.dump({
    "draws": [draws(s) for s in (0, 1, 1337, 2**32 - 1, 2**32 + 5)],
    "shuffles": [shuffled(s, c)
                 for s, c in ((1337, 0), (1337, 1), (1337, 2), (1337, 17),
                              (42, 100))],
    "splits": [split(c) for c in (20, 207)],
}, sys.stdout, indent=1)
print()
