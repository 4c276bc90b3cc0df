#!/usr/bin/env python3
"""Writes recurrent.json: outputs and gradients of PyTorch's LSTM and GRU over
utterances of different lengths, each alone, from a zero state.

Needs torch; run from this folder. The numbers are small on purpose."""

import json
import sys

import torch

torch.manual_seed(21)
torch.set_num_threads(1)


def flat(t):
    return [float(f"{v:.8g}") for v in t.detach().reshape(-1).tolist()]


def array(t):
    return {"shape": list(t.shape), "values": flat(t)}


def case(cell, inputs, hidden, layers, bidirectional, lengths, bias=True):
    kind = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[cell]
    net = kind(inputs, hidden, layers, bias=bias, bidirectional=bidirectional)
    net = net.double()
    for weight in net.parameters():
        torch.nn.init.uniform_(weight, -0.6, 0.6)
    x = torch.randn(sum(lengths), inputs).double().requires_grad_(True)
    parts = [net(part[:, None])[0][:, 0] for part in x.split(lengths)]
    y = torch.cat(parts)
    probe = torch.randn(y.shape)
    (y * probe).sum().backward()
    offsets = [0]
    for length in lengths:
        offsets.append(offsets[-1] + length)
    names = [name for name, _ in net.named_parameters()]
    return {
        "cell": cell, "layers": layers, "bidirectional": bidirectional,
        "offsets": offsets, "x": array(x), "names": names,
        "weights": [array(w) for w in net.parameters()],
        "probe": flat(probe), "y": array(y), "dx": flat(x.grad),
        "gradients": [flat(w.grad) for w in net.parameters()],
    }


def main():
    cases = [
        case(cell, *rest)
        for cell in ("lstm", "gru")
        for rest in (
            (3, 5, 1, False, [4]),
            (4, 6, 1, True, [3, 7, 1, 7]),
            (3, 4, 2, True, [2, 5, 4]),
            (5, 3, 3, False, [6, 2]),
            (2, 17, 1, True, [3, 4]),
            (4, 3, 1, True, [5, 3], False),
        )
    ]
    with open("recurrent.json", "w", encoding="utf-8") as file:
        json.dump(cases, file, separators=(",", ":"), sort_keys=True)
        file.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
