"""torch.topk of both sides along the clips, activations in memory as [clips, units]. Arguments: file, clips a side, threads, rounds."""
import json
import os
import sys
import time

import numpy
import torch

path, count, threads, rounds = sys.argv[1], *map(int, sys.argv[2:5])
torch.set_num_threads(threads)
activations = torch.from_numpy(numpy.ascontiguousarray(numpy.load(path).T))
wall, cpu = [], []
with torch.no_grad():
    for round in range(-1, rounds):
        start, used = time.perf_counter(), os.times()
        torch.topk(activations, k=count, dim=0)
        torch.topk(activations, k=count, dim=0, largest=False)
        if round >= 0:
            now = os.times()
            wall.append(time.perf_counter() - start)
            cpu.append(now.user + now.system - used.user - used.system)
print(json.dumps({"version": torch.__version__, "wall": wall, "cpu": cpu}))
