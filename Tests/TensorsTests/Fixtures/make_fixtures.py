#!/usr/bin/env python3
"""Writes operators.json and optimizers.json: values and gradients of PyTorch,
and updates by the formulas that the optimizers promise.

Needs torch; run from this folder. The numbers are small on purpose."""

import json
import math
import sys

import torch
import torch.nn.functional as F

torch.manual_seed(20)
torch.set_num_threads(1)


def flat(t):
    return [float(f"{v:.9g}") for v in t.detach().reshape(-1).tolist()]


def operators():
    cases = []

    def case(name, inputs, function, **extra):
        """Value and gradients of sum(function(inputs) * probe)."""
        leaves = [t.clone().requires_grad_(True) for t in inputs]
        y = function(*leaves)
        probe = torch.randn(y.shape)
        (y * probe).sum().backward()
        cases.append({
            "name": name,
            "inputs": [{"shape": list(t.shape), "values": flat(t)}
                       for t in leaves],
            "probe": flat(probe),
            "output": {"shape": list(y.shape), "values": flat(y)},
            "gradients": [flat(t.grad) for t in leaves],
            **extra,
        })

    wide = torch.randn(5, 21) * 3
    case("relu", [wide], F.relu)
    case("gelu", [wide], F.gelu)
    case("tanh", [wide], torch.tanh)
    case("sigmoid", [wide], torch.sigmoid)
    case("exp", [wide], torch.exp)
    case("log", [wide.abs() + 0.05], torch.log)
    case("softmax", [wide], lambda x: F.softmax(x, -1))
    case("log_softmax", [wide], lambda x: F.log_softmax(x, -1))
    case("layer_norm", [wide, torch.randn(21), torch.randn(21)],
         lambda x, g, b: F.layer_norm(x, (21,), g, b, 1e-5))
    case("layer_norm_plain", [wide], lambda x: F.layer_norm(x, (21,)))
    case("linear", [torch.randn(2, 3, 7), torch.randn(5, 7), torch.randn(5)],
         F.linear)
    case("matmul", [torch.randn(4, 6), torch.randn(6, 3)], torch.matmul)
    labels = [3, 0, -100, 20, 7]
    case("cross_entropy", [wide],
         lambda x: F.cross_entropy(x, torch.tensor(labels)), labels=labels)
    offsets = [0, 1, 4, 5]
    case("segment_mean", [wide],
         lambda x: torch.stack([x[a:b].mean(0)
                                for a, b in zip(offsets, offsets[1:])]),
         offsets=offsets)
    states = torch.randn(4, 6, 9)
    for normalize in (False, True):
        def featurize(h, w):
            if normalize:
                h = F.layer_norm(h, (9,))
            return (F.softmax(w, -1)[:, None, None] * h).sum(0)
        case("weighted_sum", [states, torch.randn(4)], featurize,
             normalize=normalize)
    return cases


STEPS = 20
RATE = 0.01


def schedule_factor(progress, warmup):
    if progress < warmup:
        return progress / warmup
    return max((progress - 1) / (warmup - 1), 0)


def by_formula(name, parameters, t):
    """One update, t from 1, by the formulas of s3prl's own optimizers."""
    for p in parameters:
        g = p["gradient"]
        eps = {"AdamW": 1e-7, "BertAdam_with_schedule": 1e-6}.get(name, 1e-8)
        wd = 0.0 if name == "AdamW" or "bias" in p["name"] else 0.01
        if name == "BertAdam_with_schedule":
            g = g * min(1.0, 1.0 / (float(g.norm()) + 1e-6))
        p["m"] = 0.9 * p["m"] + 0.1 * g
        p["v"] = 0.999 * p["v"] + 0.001 * g * g
        u = p["m"] / (p["v"].sqrt() + eps)
        corrected = math.sqrt(1 - 0.999 ** t) / (1 - 0.9 ** t)
        x = p["value"]
        if name == "AdamW":
            x = x - RATE * corrected * u
        elif name == "BertAdam_with_schedule":
            s = schedule_factor((t - 1) / STEPS, 0.25)
            x = x - RATE * s * (u + wd * x)
        elif name == "AdamW_with_schedule":
            s = schedule_factor(t / STEPS, 0.25)
            x = x - RATE * corrected * s * (u + wd * x)
        elif name == "Lamb_with_schedule":
            s = schedule_factor(t / STEPS, 0.25)
            u = u + wd * x
            a, b = float(x.norm()), float(u.norm())
            x = x - RATE * s * (a / b if a and b else 1.0) * u
        p["value"] = x


TORCH = {
    "Adam": lambda p: torch.optim.Adam(p, lr=RATE),
    "TorchOptim/Adam": lambda p: torch.optim.Adam(
        p, lr=RATE, weight_decay=0.1),
    "TorchOptim/AdamW": lambda p: torch.optim.AdamW(p, lr=RATE),
    "TorchOptim/SGD": lambda p: torch.optim.SGD(
        p, lr=RATE, momentum=0.9, weight_decay=0.1),
    "TorchOptim/SGD-nesterov": lambda p: torch.optim.SGD(
        p, lr=RATE, momentum=0.9, nesterov=True),
    "TorchOptim/SGD-plain": lambda p: torch.optim.SGD(p, lr=RATE),
}
FORMULA = ["AdamW", "BertAdam_with_schedule", "AdamW_with_schedule",
           "Lamb_with_schedule"]


def optimizers():
    shapes = {"layer.weight": (4, 5), "layer.bias": (3,)}
    start = {n: torch.randn(s, dtype=torch.float64)
             for n, s in shapes.items()}
    gradients = [{n: torch.randn(s, dtype=torch.float64) * 0.8
                  for n, s in shapes.items()} for _ in range(STEPS)]
    start = {n: t.float().double() for n, t in start.items()}
    gradients = [{n: t.float().double() for n, t in g.items()}
                 for g in gradients]
    results = {}
    for name, make in TORCH.items():
        tensors = {n: t.clone().requires_grad_(True)
                   for n, t in start.items()}
        optimizer = make(list(tensors.values()))
        for g in gradients:
            for n, t in tensors.items():
                t.grad = g[n].clone()
            optimizer.step()
        results[name] = {n: flat(t) for n, t in tensors.items()}
    for name in FORMULA:
        parameters = [{"name": n, "value": t.clone(), "m": 0 * t, "v": 0 * t}
                      for n, t in start.items()]
        for t, g in enumerate(gradients, 1):
            for p in parameters:
                p["gradient"] = g[p["name"]]
            by_formula(name, parameters, t)
        results[name] = {p["name"]: flat(p["value"]) for p in parameters}
    return {
        "rate": RATE,
        "shapes": {n: list(s) for n, s in shapes.items()},
        "start": {n: flat(t) for n, t in start.items()},
        "gradients": [{n: flat(t) for n, t in g.items()} for g in gradients],
        "results": results,
    }


def main():
    for name, value in (("operators", operators()),
                        ("optimizers", optimizers())):
        with open(f"{name}.json", "w", encoding="utf-8") as file:
            json.dump(value, file, separators=(",", ":"), sort_keys=True)
            file.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
