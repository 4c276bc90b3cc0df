"""Query by example's alignment as s3prl does it: SciPy's distances in double
precision and dtw-python, a process a core. One JSON object a line, at the
shapes of `superb bench --only dtw`.

    pip install numpy scipy dtw-python
    OPENBLAS_NUM_THREADS=1 python3 Benchmarks/peers/dtw_scipy.py [processes]
"""

import json
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor

import numpy as np
from dtw import dtw
from scipy.spatial.distance import cdist

DIM = 768
QUERIES = [50 + 50 * i // 47 for i in range(48)]
DOCUMENTS = [500 + 500 * i // 47 for i in range(48)]


def align(query, document):
    distances = np.exp(cdist(query, document, "cosine")) - 1
    low = distances.min(1, keepdims=True)
    spread = distances.max(1, keepdims=True) - low
    distances = (distances - low) / np.maximum(spread, 1e-9)
    return dtw(
        distances,
        step_pattern="asymmetric",
        open_begin=True,
        open_end=True,
        distance_only=True,
    ).normalizedDistance


def row(seed_and_length):
    """One query against all documents of the measurement."""
    seed, frames, documents = seed_and_length
    query = np.random.default_rng(seed).uniform(-1, 1, (frames, DIM))
    return [
        align(query, np.random.default_rng(1000 + i).uniform(-1, 1, (n, DIM)))
        for i, n in enumerate(documents)
    ]


def main():
    processes = int(sys.argv[1]) if len(sys.argv) > 1 else os.cpu_count()
    # A sixth of the pairs is enough for a rate: the time is linear in them.
    queries, documents = QUERIES[::3], DOCUMENTS[::2]
    work = [(i, n, documents) for i, n in enumerate(queries)]
    with ProcessPoolExecutor(processes) as pool:
        list(pool.map(row, work[:processes]))
        began = time.perf_counter()
        list(pool.map(row, work))
        seconds = time.perf_counter() - began
    pairs = len(queries) * len(documents)
    cells = sum(queries) * sum(documents)
    print(
        json.dumps(
            {
                "name": "dtw",
                "peer": "scipy cdist + dtw-python",
                "shape": f"{len(queries)} queries x 50-100, "
                f"{len(documents)} documents x 500-1000, {DIM}",
                "processes": processes,
                "seconds": seconds,
                "pairs_per_s": pairs / seconds,
                "cells_per_s": cells / seconds,
            }
        )
    )


if __name__ == "__main__":
    main()
