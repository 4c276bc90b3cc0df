#!/usr/bin/env python3
"""Writes sequences.json: values and gradients of PyTorch for the operators
on packed sequences.

Needs torch; run from this folder. Inputs are float32 numbers; PyTorch
computes in float64, so that its own rounding is no part of the comparison."""

import itertools
import json
import math

import torch
import torch.nn.functional as F

torch.manual_seed(21)
torch.set_num_threads(1)

cases = []


def flat(t):
    return [float(f"{v:.8g}") for v in t.detach().reshape(-1).tolist()]


def randn(*shape, scale=1.0):
    return (torch.randn(*shape) * scale).double()


def utterances(x, offsets):
    return [x[a:b] for a, b in zip(offsets, offsets[1:])]


def case(name, inputs, function, lists=None, numbers=None):
    """Value and gradients of sum(function(inputs) * probe)."""
    leaves = [t.float().double().requires_grad_(True) for t in inputs]
    y = function(*leaves)
    probe = torch.randn(y.shape).double() if y.dim() else torch.ones(())
    (y * probe).sum().backward()
    cases.append({
        "name": name,
        "inputs": [{"shape": list(t.shape), "values": flat(t)}
                   for t in leaves],
        "probe": flat(probe),
        "output": {"shape": list(y.shape), "values": flat(y)},
        "gradients": [flat(t.grad) for t in leaves],
        "lists": lists or {},
        "numbers": numbers or {},
    })


def ctc(lengths, targets, classes, blank, zero_infinity):
    offsets = [0, *itertools.accumulate(lengths)]
    x = F.log_softmax(randn(offsets[-1], classes, scale=2), -1)

    def loss(x):
        padded = torch.nn.utils.rnn.pad_sequence(utterances(x, offsets))
        return F.ctc_loss(
            padded, torch.tensor(sum(targets, []), dtype=torch.long),
            torch.tensor(lengths), torch.tensor([len(t) for t in targets]),
            blank=blank, reduction="mean", zero_infinity=zero_infinity)

    case("ctc_loss", [x], loss,
         {"offsets": offsets, "targets": sum(targets, []),
          "target_lengths": [len(t) for t in targets]},
         {"blank": blank, "zero_infinity": int(zero_infinity)})


ctc([9, 1, 5, 12], [[1, 1, 2], [3], [], [4, 2, 4, 4, 1]], 5, 0, False)
ctc([6, 2, 3, 3], [[2, 0], [1, 1], [0, 2, 1, 0], [0, 2, 1]], 4, 3, True)
ctc([40, 25], [[1 + i % 6 for i in range(15)], [2, 2, 3]], 7, 0, True)

rows = [3, 0, 3, 5, 1, 3]
case("gather_rows", [randn(6, 5)], lambda x: x[rows], {"rows": rows})
case("concat_rows", [randn(2, 4), randn(1, 4), randn(3, 4)],
     lambda *parts: torch.cat(parts))


def convolve(x, offsets, weight, bias, **options):
    parts = [F.conv1d(u.T[None], weight, bias, **options)[0].T
             for u in utterances(x, offsets)]
    return torch.cat(parts)


offsets = [0, 9, 14, 25]
for stride, padding, dilation, groups in [
        (1, 0, 1, 1), (2, 1, 1, 1), (1, 3, 2, 2), (3, 2, 2, 4), (2, 0, 1, 4)]:
    case("conv1d", [randn(25, 4), randn(8, 4 // groups, 3), randn(8)],
         lambda x, w, b: convolve(
             x, offsets, w, b, stride=stride, padding=padding,
             dilation=dilation, groups=groups),
         {"offsets": offsets},
         {"stride": stride, "padding": padding, "dilation": dilation,
          "groups": groups})
for width, dilation in [(5, 1), (3, 2), (1, 1)]:
    case("splice_linear", [randn(25, 4), randn(6, width * 4), randn(6)],
         lambda x, w, b: convolve(
             x, offsets, w.reshape(6, width, 4).permute(0, 2, 1), b,
             dilation=dilation),
         {"offsets": offsets}, {"width": width, "dilation": dilation})

offsets = [0, 2, 7, 10]
case("segment_statistics", [randn(10, 5)],
     lambda x: torch.stack([torch.cat([u.mean(0), u.std(0)])
                            for u in utterances(x, offsets)]),
     {"offsets": offsets})
constant = randn(10, 3)
constant[2:7, 1] = 0.7
case("segment_statistics", [constant],
     lambda x: torch.stack([torch.cat([u.mean(0), u.std(0)])
                            for u in utterances(x, offsets)]),
     {"offsets": offsets})
case("segment_softmax", [randn(10, 1, scale=2)],
     lambda x: torch.cat([F.softmax(u, 0) for u in utterances(x, offsets)]),
     {"offsets": offsets})
case("segment_weighted_sum", [randn(10, 5), randn(10, 1)],
     lambda x, w: torch.stack([(u * v).sum(0) for u, v in zip(
         utterances(x, offsets), utterances(w, offsets))]),
     {"offsets": offsets})


def pit(x, labels):
    speakers, total = x.shape[1], 0
    matched = []
    for u, y in zip(utterances(x, offsets), utterances(labels, offsets)):
        orders = list(itertools.permutations(range(speakers)))
        losses = [F.binary_cross_entropy_with_logits(
            u, y[:, list(order)], reduction="none").mean(1).sum()
            for order in orders]
        best = int(torch.stack(losses).argmin())
        matched += orders[best]
        total = total + losses[best]
    return total / x.shape[0], matched


for speakers in (1, 2, 3, 4):
    labels = (torch.rand(10, speakers) < 0.5).double()
    x = randn(10, speakers, scale=2)
    case("pit_bce", [x], lambda x: pit(x, labels)[0],
         {"offsets": offsets, "targets": [int(v) for v in flat(labels)],
          "matched": pit(x.float().double(), labels)[1]})
targets = (torch.rand(4, 5) < 0.3).double()
case("bce_with_logits", [randn(4, 5, scale=4)],
     lambda x: F.binary_cross_entropy_with_logits(x, targets),
     {"targets": [int(v) for v in flat(targets)]})


def margin_softmax(x, w, labels, scale, margin, angular):
    cosine = F.normalize(x) @ F.normalize(w, dim=0)
    if angular:
        sine = (1 - cosine * cosine).clamp(0, 1).sqrt()
        phi = cosine * math.cos(margin) - sine * math.sin(margin)
        phi = torch.where(cosine > math.cos(math.pi - margin), phi,
                          cosine - math.sin(math.pi - margin) * margin)
    else:
        phi = cosine - margin
    hot = F.one_hot(labels, w.shape[1]).bool()
    return F.cross_entropy(scale * torch.where(hot, phi, cosine), labels)


labels = torch.tensor([2, 0, 6, 2])
for angular, scale, margin in [(False, 30, 0.4), (True, 15, 0.3),
                               (True, 4, 1.5)]:
    case("aam_softmax" if angular else "am_softmax",
         [randn(4, 5), randn(5, 7)],
         lambda x, w: margin_softmax(x, w, labels, scale, margin, angular),
         {"labels": labels.tolist()}, {"scale": scale, "margin": margin})
wide = randn(4, 6)
wide[1] = 1e-3 * wide[1]
case("normalize_rows", [wide], lambda x: F.normalize(x, eps=0.1),
     None, {"epsilon": 0.1})


def warp(x, warps):
    parts = []
    for u, (c, m) in zip(utterances(x, offsets), warps):
        for part, size in [(u[:c], m), (u[c:], len(u) - m)]:
            parts.append(F.interpolate(
                part[None, None], (size, u.shape[1]), mode="bicubic",
                align_corners=False)[0, 0])
    return torch.cat(parts)


offsets = [0, 12, 19, 40]
warps = [[5, 8], [4, 4], [9, 5]]
case("time_warp", [randn(40, 3)], lambda x: warp(x, warps),
     {"offsets": offsets, "warps": sum(warps, [])})

for training in (True, False):
    mean, variance = randn(4), randn(4).abs() + 0.5
    moved = [mean.clone(), variance.clone()]
    case("batch_norm", [randn(9, 4, scale=2), randn(4), randn(4),
                        mean, variance],
         lambda x, g, b, m, v: F.batch_norm(
             x, moved[0], moved[1], g, b, training, 0.1, 1e-5)
         + 0 * (m + v),
         None, {"training": int(training), "momentum": 0.1})
    cases[-1]["moved"] = [flat(t) for t in moved]
offsets = [0, 3, 5, 10]
for groups in (1, 2, 6):
    case("group_norm", [randn(10, 6), randn(6), randn(6)],
         lambda x, g, b: torch.cat([
             F.group_norm(u.T[None], groups, g, b)[0].T
             for u in utterances(x, offsets)]),
         {"offsets": offsets}, {"groups": groups})


def attend(q, k, v, bias=None):
    def heads(u):
        return u.reshape(len(u), 2, -1).transpose(0, 1)
    parts = []
    for u, w, z in zip(*(utterances(t, offsets) for t in (q, k, v))):
        mask = None if bias is None else bias[:, :len(u), :len(u)]
        y = F.scaled_dot_product_attention(
            heads(u), heads(w), heads(z), attn_mask=mask)
        parts.append(y.transpose(0, 1).reshape(len(u), -1))
    return torch.cat(parts)


offsets = [0, 4, 5, 11]
vectors = [randn(11, 6) for _ in range(3)]
case("attention", vectors, attend, {"offsets": offsets}, {"heads": 2})
case("attention", vectors + [randn(2, 6, 6)], attend, {"offsets": offsets},
     {"heads": 2})

with open("sequences.json", "w") as file:
    json.dump(cases, file, separators=(",", ":"))
    file.write("\n")
