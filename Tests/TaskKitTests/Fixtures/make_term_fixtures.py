#!/usr/bin/env python3
"""Writes the expected values of the tests of term detection.

    pip install numpy scipy
    ./make_term_fixtures.py

Inputs are random with a fixed seed. The term-weighted value is counted anew
for every threshold and every term, as its definition reads; the cross entropy
is a plain formula, and its minimum is found by SciPy.
"""

import json
import random
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

HERE = Path(__file__).parent
rng = random.Random(20141016)


def twv(scores, truth, accepted, beta):
    costs = []
    for row, true in zip(accepted, truth):
        if not any(true):
            continue
        targets = sum(true)
        others = len(true) - targets
        misses = sum(t and not a for a, t in zip(row, true))
        alarms = sum(a and not t for a, t in zip(row, true))
        costs.append(
            misses / targets + (beta * alarms / others if others else 0))
    return 1 - sum(costs) / len(costs)


def maximum(scores, truth, beta):
    best, threshold = 0.0, None
    for limit in sorted({s for row in scores for s in row}, reverse=True):
        accepted = [[s >= limit for s in row] for row in scores]
        value = twv(scores, truth, accepted, beta)
        if value > best + 1e-12:
            best, threshold = value, limit
    return best, threshold


def entropies(scores, truth, prior):
    pairs = [
        (s, t)
        for row, true in zip(scores, truth) if any(true)
        for s, t in zip(row, true)
    ]
    s = np.array([p[0] for p in pairs])
    t = np.array([p[1] for p in pairs], dtype=bool)
    odds = np.log(prior / (1 - prior))
    whole = -prior * np.log(prior) - (1 - prior) * np.log(1 - prior)

    def cost(x):
        llr = x[0] * s + x[1] + odds
        return (
            prior * np.logaddexp(0, -llr[t]).mean()
            + (1 - prior) * np.logaddexp(0, llr[~t]).mean()
        ) / whole

    found = minimize(
        cost, [0.5, 0.0], method="Nelder-Mead",
        options={"xatol": 1e-10, "fatol": 1e-14, "maxiter": 20000})
    least = found.fun if found.x[0] > 0 else 1.0
    return cost([1.0, 0.0]), min(least, 1.0)


def case(index):
    terms, documents = rng.randint(1, 8), rng.randint(4, 25)
    beta = rng.choice([12.49, 1.0, 66.66])
    digits = rng.choice([0, 1, 4])  # few digits: many ties
    shift = [2.0, 0.7, 0.0, -1.0][index % 4]
    truth = [
        [rng.random() < 0.25 for _ in range(documents)] for _ in range(terms)]
    truth[0][0], truth[0][1] = True, False
    scores = [
        [round(rng.gauss(shift if t else 0, 1), digits) for t in row]
        for row in truth]
    accepted = [[rng.random() < (0.7 if t else 0.1) for t in row]
                for row in truth]
    best, threshold = maximum(scores, truth, beta)
    prior = 1 / (1 + beta)
    cnxe, least = entropies(scores, truth, prior)
    return {
        "beta": beta, "scores": scores, "truth": truth, "accepted": accepted,
        "atwv": twv(scores, truth, accepted, beta), "mtwv": best,
        "threshold": threshold, "cnxe": cnxe, "minCnxe": least,
    }


rows = ",\n".join(json.dumps(case(i)) for i in range(24))
(HERE / "terms.json").write_text(f"[\n{rows}\n]\n")
