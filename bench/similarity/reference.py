"""The published similarity functions (formulas of Wu, Lin, Weng 2024 and of CLIP-Dissect, Oikarinen, Weng 2023) in PyTorch, float32, on a recorded layer.
Prints wall and processor seconds of each round, with the activations in memory (wall, cpu) and with loading them (wall_loaded, cpu_loaded), and the peak of
resident memory in MB. Argument: the task as JSON."""
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
scores = torch.from_numpy(numpy.load(task["scores"]))


def load():
    """[clips, units], as the published code has them. numpy asks for large pages of memory, PyTorch does not: its topk along the clips is a quarter slower then."""
    rows = numpy.load(task["activations"])
    return torch.from_numpy(numpy.ascontiguousarray(rows.T))


BLOCK = 1024


def cosine(a, p):
    return (a / a.norm(dim=0, keepdim=True)).T @ (p / p.norm(dim=0, keepdim=True))


def cos_cubed(a, p):
    p = (p - p.mean(dim=0, keepdim=True)) ** 3
    p = p / torch.clip(p.norm(dim=0, keepdim=True), min=1e-3)
    rows = []
    for start in range(0, a.shape[1], 10_000):
        block = a[:, start : start + 10_000]
        block = (block - block.mean(dim=0, keepdim=True)) ** 3
        block = block / torch.clip(block.norm(dim=0, keepdim=True), min=1e-3)
        rows.append(block.T @ p)
    return torch.cat(rows)


def information(a, p, k, log_terms, scale, weight):
    clips, units = a.shape
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
    k = min(100, len(a))
    w = (0.998 - torch.arange(k) / k * (0.998 - 0.97)).reshape(-1, 1, 1)
    return information(a, p, k, lambda q: torch.log(1 + w * (q - 1) + 1e-7), 10, 1)


def rank_reorder(a, p):
    """With true ranks. The published code goes neuron by neuron; blocks of neurons are several times as fast."""
    n = int(0.05 * len(a))
    values, top = torch.topk(a, k=n, dim=0)
    neurons = max(1, 2**21 // (n * p.shape[1]))
    rows = []
    for start in range(0, a.shape[1], neurons):
        t = values[:, start : start + neurons]
        # [neurons, concepts, n]
        mine = p[top[:, start : start + neurons].T].transpose(1, 2).contiguous()
        order = torch.argsort(torch.argsort(mine, dim=2), dim=2)
        ascending = t.flip(0).T[:, None, :].expand_as(mine)
        baseline = torch.stack(
            [(t - t[torch.randperm(n)]).abs().pow(3).mean(dim=0) for _ in range(5)]
        ).mean(dim=0)
        error = (t.T[:, None, :] - ascending.gather(2, order)).abs().pow(3).mean(dim=2)
        score = torch.clip(mine.mean(dim=2), min=0) ** 0.5
        rows.append(-error / baseline[:, None] / score)
    return torch.cat(rows)


function = {
    "cosine": cosine,
    "cos-cubed": cos_cubed,
    "wpmi": wpmi,
    "soft-wpmi": soft_wpmi,
    "rank-reorder": rank_reorder,
}[task["function"]]

def clock():
    used = os.times()
    return numpy.array([time.perf_counter(), used.user + used.system])


def rounds(work):
    """Seconds of each round; the first is not counted, but one is enough of what takes long."""
    counted = []
    for round in range(-1, task["rounds"]):
        start = clock()
        work()
        seconds = clock() - start
        long = seconds[0] > 20
        if round >= 0 or long:
            counted.append(seconds)
        if long:
            break
    return counted


def compare():
    result = function(activations, scores)
    torch.topk(result, k=min(5, result.shape[1]), dim=1)


# Of a function that takes minutes: a part of the neurons says what all would take.
share = task["share"]
with torch.no_grad():
    # Loaded once, as it would be for several functions: what is given back to the system and asked for again in between would slow the functions down.
    activations = load()
    if share > 1:
        activations = activations[:, ::share].contiguous()
    inside = [share * seconds for seconds in rounds(compare)]
    del activations
    loading = rounds(load)
loaded = [a + b for a, b in zip(loading, inside)]
print(
    json.dumps(
        {
            "version": torch.__version__,
            "wall": [wall for wall, _ in inside],
            "cpu": [cpu for _, cpu in inside],
            "wall_loaded": [wall for wall, _ in loaded],
            "cpu_loaded": [cpu for _, cpu in loaded],
            "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }
    )
)
