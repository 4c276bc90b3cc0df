#!/usr/bin/env python3
"""Writes alignments.json: normalised distances of small random matrices by
SciPy's cdist and dtw-python, both in float64.

    pip install numpy scipy dtw-python==1.9.0
    python3 make_fixtures.py
"""

import json
import pathlib

import numpy
from dtw import dtw
from dtw.stepPattern import StepPattern, asymmetric, symmetric1, symmetric2
from scipy.spatial.distance import cdist

# (query frames, document frames, numbers a frame)
SHAPES = [(1, 1, 4), (1, 9, 5), (7, 1, 3), (5, 7, 16), (20, 33, 13),
          (40, 12, 17), (13, 64, 39)]

# The steps of symmetric1, which can begin anywhere once its cost is divided
# by the query's length.
subsequence = StepPattern(symmetric1.mx, "N")

PATTERNS = [
    ("asymmetric", asymmetric, True, True),
    ("asymmetric", asymmetric, True, False),
    ("asymmetric", asymmetric, False, True),
    ("asymmetric", asymmetric, False, False),
    ("symmetric1", symmetric1, False, False),
    ("symmetric2", symmetric2, False, False),
    ("symmetric2", symmetric2, False, True),
    ("subsequence", subsequence, True, True),
]


def frames_between(query, document, distance):
    if distance == "cosine_exp":
        return numpy.exp(cdist(query, document, "cosine")) - 1
    return cdist(query, document, distance)


def min_max(d):
    low = d.min(axis=1, keepdims=True)
    high = d.max(axis=1, keepdims=True)
    return (d - low) / numpy.maximum(high - low, 1e-9)


def align(d, pattern, open_begin, open_end):
    """Normalised distance and end; none where there is no path."""
    try:
        result = dtw(d, step_pattern=pattern, open_begin=open_begin,
                     open_end=open_end, distance_only=True)
    except ValueError as error:
        assert "No warping path" in str(error) or "All-NaN" in str(error)
        return None, -1
    value = result.normalizedDistance
    if pattern is symmetric1:
        value = result.distance  # it has no normalised distance
    return float(value), int(result.jmin)


def main():
    random = numpy.random.default_rng(2014)
    pairs = []
    for rows, columns, dim in SHAPES:
        query = random.standard_normal((rows, dim)).astype(numpy.float32)
        document = random.standard_normal((columns, dim)).astype(numpy.float32)
        cases = []
        for distance in ("cosine_exp", "cosine", "cityblock", "euclidean"):
            for mapped in (False, True):
                d = frames_between(query.astype(float),
                                   document.astype(float), distance)
                d = min_max(d) if mapped else d
                for name, pattern, begin, end in PATTERNS:
                    value, where = align(d, pattern, begin, end)
                    cases.append([distance, name, int(begin), int(end),
                                  int(mapped), value, where])
        pairs.append({
            "dim": dim,
            "query": [float(f"{x:.9g}") for x in query.ravel()],
            "document": [float(f"{x:.9g}") for x in document.ravel()],
            "cases": cases,
        })
    path = pathlib.Path(__file__).with_name("alignments.json")
    path.write_text(json.dumps({"pairs": pairs}, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
