"""Activations of any torch.nn.Module, pooled, as files that `audio-dissect import activations` reads.

    recorder = ActivationRecorder(model, {"encoder.0.fc1": "mean", "fc": "none"})
    with torch.no_grad():
        for clip_id, inputs in clips:          # inputs: what the model takes, one clip (1, ...) or its windows (n, ...)
            recorder.add(clip_id, lambda: model(inputs))
    recorder.save("activations", name="my-network")

The output of a module is taken as [batch, positions..., units]; with `unit_axis={"conv1": 1}` as [batch, units, positions...].
Needs torch and numpy.
"""

import json
import pathlib

import numpy as np
import torch


class ActivationRecorder:
    def __init__(self, model, layers, unit_axis=None, windows="mean"):
        """layers: module name (as in model.named_modules()) to mean, max, first, firing or none."""
        self.layers, self.windows, self.clips = dict(layers), windows, []
        self.rows = {name: [] for name in self.layers}
        self.outputs = {name: [] for name in self.layers}
        axes, modules = unit_axis or {}, dict(model.named_modules())
        for name, pooling in self.layers.items():
            modules[name].register_forward_hook(self._hook(name, pooling, axes.get(name, -1)))

    def _hook(self, name, pooling, axis):
        def hook(_module, _inputs, output):
            value = output[0] if isinstance(output, tuple) else output
            value = value.detach().float().movedim(axis, -1)
            value = value.reshape(value.shape[0], -1, value.shape[-1])  # [batch, positions, units]
            pooled = {
                "mean": lambda: value.mean(1),
                "max": lambda: value.amax(1),
                "first": lambda: value[:, 0],
                "firing": lambda: (value > 0).float().mean(1),
                "none": lambda: value.squeeze(1),
            }[pooling]()
            self.outputs[name].append(pooled.cpu())

        return hook

    def add(self, clip, run):
        """clip: its id in the probe set. run: calls the model on all of the clip, once or window by window."""
        for outputs in self.outputs.values():
            outputs.clear()
        run()
        for name, outputs in self.outputs.items():
            windows = torch.cat(outputs).double()  # [windows, units]
            row = windows.amax(0) if self.windows == "max" else windows.mean(0)
            self.rows[name].append(row.float().numpy())
        self.clips.append(clip)

    def save(self, folder, name, classes=None, output=None):
        """classes: names in index order; output: the layer whose units they are."""
        folder = pathlib.Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        layers = []
        for layer, rows in self.rows.items():
            file = f"{layer}.npy"
            np.save(folder / file, np.stack(rows).astype("<f4"))  # [clips, units]
            layers.append({"name": layer, "file": file, "pooling": self.layers[layer], "windows": self.windows})
        manifest = {
            "format": "audio-dissect activations 1",
            "name": name,
            "clips": self.clips,
            "layers": layers,
        }
        if output is not None:
            manifest["output"] = {"layer": output}
        if classes is not None:
            manifest["classes"] = list(classes)
        (folder / "activations.json").write_text(json.dumps(manifest, indent=1))
