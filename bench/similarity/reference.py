"""The published similarity functions (formulas of Wu, Lin, Weng 2024 and of CLIP-Dissect, Oikarinen, Weng 2023) in PyTorch, float32, on a recorded layer.
Prints wall and processor seconds of each round and the peak of resident memory in MB. Argument: the task as JSON."""
import json
import math
import os
import resource
import sys
import time

import numpy
import torch

task = json.loads(sys.argv[1])
torch.set_num_threads(task["threads"])
# [clips, units] and [clips, concepts], as the published code has them. rank-reorder goes neuron by neuron: a part of them says what all would take.
recorded = numpy.load(task["activations"])
share = 16 if task["function"] == "rank-reorder" and len(recorded) > 4096 else 1
activations = torch.from_numpy(recorded[:: share]).T.contiguous()
scores = torch.from_numpy(numpy.load(task["scores"]))
clips, units = activations.shape
BLOCK = 1024


def cosine(a, p):
    return (a / a.norm(dim=0, keepdim=True)).T @ (p / p.norm(dim=0, keepdim=True))


def cos_cubed(a, p):
    p = (p - p.mean(dim=0, keepdim=True)) ** 3
    p = p / torch.clip(p.norm(dim=0, keepdim=True), min=1e-3)
    rows = []
    for start in range(0, units, 10_000):
        block = a[:, start : start + 10_000]
        block = (block - block.mean(dim=0, keepdim=True)) ** 3
        block = block / torch.clip(block.norm(dim=0, keepdim=True), min=1e-3)
        rows.append(block.T @ p)
    return torch.cat(rows)


def information(a, p, k, log_terms, scale, weight):
    q = torch.softmax(scale * p, dim=1)
    top = torch.topk(a, k=min(k, clips), dim=0)[1]
    rows = [
        log_terms(q[top[:, start : start + BLOCK]]).sum(dim=0)
        for start in range(0, units, BLOCK)
    ]
    given = torch.cat(rows)
    prior = torch.logsumexp(given, dim=0, keepdim=True) - math.log(units)
    return given - weight * prior


def wpmi(a, p):
    return information(a, p, 28, lambda q: torch.log(q + 1e-7), 2, 0.6)


def soft_wpmi(a, p):
    k = min(100, clips)
    w = (0.998 - torch.arange(k) / k * (0.998 - 0.97)).reshape(-1, 1, 1)
    return information(a, p, k, lambda q: torch.log(1 + w * (q - 1) + 1e-7), 10, 1)


def rank_reorder(a, p):
    n = int(0.05 * clips)
    values, top = torch.topk(a, k=n, dim=0)
    rows = []
    for unit in range(units):
        t = values[:, unit]
        ascending = t.flip(0)
        mine = p[top[:, unit]]
        order = torch.argsort(torch.argsort(mine, dim=0), dim=0)
        baseline = torch.stack(
            [(t - t[torch.randperm(n)]).abs().pow(3).mean() for _ in range(5)]
        ).mean()
        error = (t[:, None] - ascending[order]).abs().pow(3).mean(dim=0) / baseline
        rows.append(-error / torch.clip(mine.mean(dim=0), min=0) ** 0.5)
    return torch.stack(rows)


function = {
    "cosine": cosine,
    "cos-cubed": cos_cubed,
    "wpmi": wpmi,
    "soft-wpmi": soft_wpmi,
    "rank-reorder": rank_reorder,
}[task["function"]]

wall, cpu = [], []
with torch.no_grad():
    # The first is not counted; one is enough of what takes a minute.
    for round in range(-1, task["rounds"]):
        processor = os.times()
        start = time.perf_counter()
        result = function(activations, scores)
        torch.topk(result, k=min(5, result.shape[1]), dim=1)
        seconds = time.perf_counter() - start
        used = os.times()
        if round >= 0 or seconds > 20:
            wall.append(share * seconds)
            cpu.append(
                share * (used.user + used.system - processor.user - processor.system)
            )
        if seconds > 20:
            break
print(
    json.dumps(
        {
            "version": torch.__version__,
            "wall": wall,
            "cpu": cpu,
            "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }
    )
)
