#!/usr/bin/env python3
"""Makes the demo's text-audio encoder: a small CNN that puts two seconds of sound where the shipped sentence encoder puts its caption.

    apt-get install fluidsynth fluid-soundfont-gm sonic-pi-samples espeak-ng flite
    pip install torch numpy scipy soundfile onnx onnxruntime tokenizers
    python demo/text-audio/make_text_audio.py all --work /tmp/text-audio

Stages, each of which may be run alone, in this order:
    render   clips with captions to learn from, and held-out ones; the probing clips are neither -> work folder
    train    the sound's side; the text's side is the shipped sentence encoder as it is -> work folder
    export   audio.onnx and encoder.yaml, and PyTorch's own vectors of some clips for the tests
    check    the exported file on the probing clips

Seeds are fixed: rendering repeats exactly with the same package versions, training only up to floating-point order.
"""
import argparse
import copy
import json
import os
import time

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
# name -> (split, seed, clips of a class). The demo's own clips and the networks' were made with the seeds 11, 23, 29 and 47.
# Rendered in parts, so that each has every class.
PARTS = {"train-0": ("train", 1011, 40), "train-1": ("train", 1012, 40), "heldout": ("heldout", 1029, 10)}
# Of a clip. Only the first is learnt from: to embed one takes longer than to learn from it in all epochs together.
CAPTIONS = 4
FRAMES, BINS = 192, 64
NETWORK_SEED = 1005
TEMPLATES = ("%s", "the sound of %s", "a recording of %s")
GOLDEN = ("rain-01", "violin-03", "spoken_word_yes-02", "gunshot-05", "sine_sweep-01", "german_speech-04")


def log(text):
    print(text, flush=True)


def concepts():
    with open(os.path.join(ROOT, "concepts", "demo.txt")) as file:
        return file.read().split()


# ---------------------------------------------------------------- sound

def mel_filters():
    """Kaldi's triangles [BINS, 257]: linear in mel on both sides, 20 Hz to 8 kHz, 512-point transform at 16 kHz."""
    def mel(hertz):
        return 1127 * np.log(1 + hertz / 700)
    low = mel(20)
    step = (mel(8000) - low) / (BINS + 1)
    at = mel(np.arange(257) * 16000 / 512)
    left = low + step * np.arange(BINS)[:, None]
    bank = np.maximum(0, np.minimum((at - left) / step, (left + 2 * step - at) / step))
    bank[:, 256] = 0
    return bank


FILTERS = mel_filters()
WINDOW = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(400) / 399)


def log_mel(samples):
    """[FRAMES, BINS] float32 of 16 kHz samples in [-1, 1]: the front end `ast-log-mel` before its normalisation."""
    frames = np.lib.stride_tricks.sliding_window_view(samples.astype(np.float64), 400)[::160][:FRAMES]
    frames = frames - frames.mean(axis=1, keepdims=True)
    frames = frames - 0.97 * np.concatenate([frames[:, :1], frames[:, :-1]], axis=1)
    power = np.abs(np.fft.rfft(frames * WINDOW, 512)) ** 2
    return np.log(np.maximum(power @ FILTERS.T, 2.0 ** -23)).astype(np.float32)


def render(options):
    from maker import captions, classes
    from maker.measure import adjectives, measure
    for name, (split, seed, per_class) in PARTS.items():
        started = time.time()
        features, labels, texts = [], [], []
        rng = np.random.default_rng([seed, 99])
        for label, _, samples, info, *_ in classes.render(split, per_class, seed, os.path.join(options.work, name)):
            group = classes.GROUPS[label]
            true = adjectives(measure(samples), info, group in ("speech", "spoken word"))
            if info.get("style") in ("repeat", "rhythm", "phrase"):
                true = [adjective for adjective in true if adjective != "sustained"]
            texts.append([captions.caption(label, info, info, true, group, rng)[0] for _ in range(CAPTIONS)])
            features.append(log_mel(samples))
            labels.append(classes.NAMES.index(label))
        np.savez(os.path.join(options.work, name + ".npz"), features=np.stack(features), labels=labels, texts=texts)
        log("%s: %d clips in %.0f s" % (name, len(labels), time.time() - started))


def load(options, split):
    parts = [np.load(os.path.join(options.work, name + ".npz")) for name, (of, *_) in PARTS.items() if of == split]
    features, labels, texts = (np.concatenate([part[key] for part in parts]) for key in ("features", "labels", "texts"))
    return features, labels, texts[:, 0]


# ---------------------------------------------------------------- text

class SentenceEncoder:
    """The shipped one: unit vectors [texts, 384], each text a run of its own."""

    def __init__(self):
        import onnxruntime
        from tokenizers import Tokenizer
        settings = onnxruntime.SessionOptions()
        settings.intra_op_num_threads = 1
        folder = os.path.join(ROOT, "assets", "encoder")
        self.session = onnxruntime.InferenceSession(os.path.join(folder, "model.onnx"), settings)
        self.tokenizer = Tokenizer.from_file(os.path.join(folder, "tokenizer.json"))
        self.known = {}

    def vector(self, text):
        if text not in self.known:
            ids = np.array([self.tokenizer.encode(text).ids], np.int64)
            vector = self.session.run(["embedding"], {"input_ids": ids, "attention_mask": np.ones_like(ids)})[0].reshape(-1)
            self.known[text] = vector / np.linalg.norm(vector)
        return self.known[text]

    def vectors(self, texts):
        return np.stack([self.vector(str(text)) for text in texts]).astype(np.float32)


# ---------------------------------------------------------------- the sound's side

def tower():
    """[batch, FRAMES, BINS] log-mel, normalised as the front end does, to unit vectors [batch, 384]."""
    import torch
    from torch import nn

    def block(before, after, kernel, stride):
        padding = tuple(size // 2 for size in kernel)
        return [nn.Conv2d(before, after, kernel, stride, padding, bias=False), nn.BatchNorm2d(after), nn.ReLU()]

    class Tower(nn.Module):
        def __init__(self):
            super().__init__()
            self.body = nn.Sequential(
                *block(1, 16, (7, 5), (4, 2)), *block(16, 32, (3, 3), (2, 2)), *block(32, 64, (3, 3), (2, 2)),
                *block(64, 128, (3, 3), (1, 2)), *block(128, 192, (3, 3), (1, 2)),
            )
            self.head = nn.Linear(4 * 192, 384)

        def forward(self, input_values):
            # [batch, channels, 12, 2] -> [batch, channels x bands, 12]
            hidden = self.body(input_values.unsqueeze(1)).transpose(2, 3).flatten(1, 2)
            pooled = torch.cat([hidden.mean(2), hidden.amax(2)], 1)
            return nn.functional.normalize(self.head(nn.functional.dropout(pooled, 0.2, self.training)), dim=1)

    return Tower()


def varied(batch, rng):
    """Clips moved by up to 120 ms, 3 dB and one band; of three in ten a stripe of time and one of bands is left out."""
    import torch
    result = torch.empty_like(batch)
    for row, clip in enumerate(batch):
        shift, bands = int(rng.integers(-12, 13)), int(rng.integers(-1, 2))
        result[row] = torch.roll(clip, (shift, bands), (0, 1)) + float(rng.uniform(-0.07, 0.07))
        if rng.random() < 0.3:
            frame, band = int(rng.integers(0, FRAMES - 12)), int(rng.integers(0, BINS - 5))
            result[row, frame:frame + 12] = 0
            result[row, :, band:band + 5] = 0
    return result


def predict(net, features):
    import torch
    net.eval()
    with torch.no_grad():
        return np.concatenate([net(features[at:at + 64]).numpy() for at in range(0, len(features), 64)])


def train(options):
    """Contrastive: a sound is nearer to its caption than to those of the batch, and to its class name than to the other 47."""
    import torch
    from torch.nn.functional import cross_entropy
    torch.set_num_threads(1)
    torch.manual_seed(NETWORK_SEED)
    rng = np.random.default_rng(NETWORK_SEED)
    started = time.time()
    encoder = SentenceEncoder()
    raw, labels, captions = load(options, "train")
    mean, std = float(raw.mean()), float(raw.std())
    features = torch.from_numpy((raw - mean) / (2 * std))
    target = torch.from_numpy(labels)
    words = torch.from_numpy(encoder.vectors(captions))
    names = torch.from_numpy(np.stack([encoder.vectors([template % name.replace("_", " ") for name in concepts()]) for template in TEMPLATES]))
    raw, held_labels, _ = load(options, "heldout")
    held = torch.from_numpy((raw - mean) / (2 * std))
    net = tower()
    log("%d clips, mean %.5f, std %.5f, %d parameters; texts embedded after %.0f s" % (
        len(labels), mean, std, sum(parameter.numel() for parameter in net.parameters()), time.time() - started))
    scale = torch.nn.Parameter(torch.tensor(3.0))
    optimiser = torch.optim.AdamW([{"params": net.parameters(), "weight_decay": 0.02}, {"params": [scale], "weight_decay": 0.0}], lr=3e-3)
    size = 64
    steps = len(labels) // size
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 3e-3, total_steps=steps * options.epochs, pct_start=0.15)
    average = copy.deepcopy(net)
    step = 0
    for epoch in range(1, options.epochs + 1):
        net.train()
        order = rng.permutation(len(labels))
        total = 0.0
        for at in range(0, steps * size, size):
            pick = torch.from_numpy(order[at:at + size])
            sound = net(varied(features[pick], rng))
            factor = scale.exp().clamp(max=100)
            pairs = factor * sound @ words[pick].T
            own = torch.arange(size)
            by_class = factor * sound @ names[int(rng.integers(len(names)))].T
            loss = (cross_entropy(pairs, own) + cross_entropy(pairs.T, own)) / 2 + 1.5 * cross_entropy(by_class, target[pick], label_smoothing=0.05)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            step += 1
            total += loss.item()
            keep = min(0.99, step / (step + 10))
            with torch.no_grad():
                for mine, theirs in zip(average.state_dict().values(), net.state_dict().values()):
                    if mine.dtype.is_floating_point:
                        mine.lerp_(theirs, 1 - keep)
        line = "epoch %d: loss %.3f, scale %.1f, %.0f s" % (epoch, total / steps, factor.item(), time.time() - started)
        if epoch % 4 == 0 or epoch == options.epochs:
            line += ", held-out top-1 %.3f top-5 %.3f" % zero_shot(predict(average, held), held_labels, names[0].numpy())
            torch.save({"net": average.state_dict(), "mean": mean, "std": std}, os.path.join(options.work, "network.pt"))
        log(line)


# ---------------------------------------------------------------- files and figures

def zero_shot(vectors, labels, classes):
    order = np.argsort(-(vectors @ classes.T), axis=1)
    return tuple(float((order[:, :k] == np.array(labels)[:, None]).any(1).mean()) for k in (1, 5))


def retrieval(queries, keys):
    """Share of the queries whose own key is the nearest, and among the five nearest."""
    rank = ((queries @ keys.T) > (queries * keys).sum(1)[:, None]).sum(1)
    return float((rank < 1).mean()), float((rank < 5).mean())


def trained(options):
    import torch
    saved = torch.load(os.path.join(options.work, "network.pt"))
    net = tower()
    net.load_state_dict(saved["net"])
    return net.eval(), round(saved["mean"], 5), round(saved["std"], 5)


def probe_clips(mean, std, names=None):
    """Labels, captions and features [clips, FRAMES, BINS] of the demo's probe set."""
    import soundfile
    import torch
    with open(os.path.join(ROOT, "demo", "probe-set.jsonl")) as file:
        rows = [json.loads(line) for line in file]
    if names is not None:
        rows = [next(row for row in rows if row["clip"] == "clips/%s.flac" % name) for name in names]
    raw = np.stack([log_mel(soundfile.read(os.path.join(ROOT, "demo", row["clip"]))[0]) for row in rows])
    return [row["label"] for row in rows], [row["caption"] for row in rows], torch.from_numpy((raw - np.float32(mean)) / np.float32(2 * std))


def export(options):
    import torch
    net, mean, std = trained(options)
    torch.onnx.export(
        net, (torch.zeros(1, FRAMES, BINS),), os.path.join(HERE, "audio.onnx"), input_names=["input_values"], output_names=["embedding"],
        dynamic_axes={"input_values": {0: "batch"}, "embedding": {0: "batch"}}, opset_version=17, dynamo=False,
    )
    with open(os.path.join(HERE, "encoder.yaml"), "w") as file:
        file.write(DESCRIPTOR % (mean, std))
    _, _, features = probe_clips(mean, std, GOLDEN)
    golden = [{"clip": "%s.flac" % name, "embedding": [round(float(value), 6) for value in vector]} for name, vector in zip(GOLDEN, predict(net, features))]
    with open(os.path.join(ROOT, "test", "fixtures", "text-audio", "demo-golden.json"), "w") as file:
        file.write(json.dumps(golden) + "\n")


DESCRIPTOR = """\
# The demo's text-audio encoder: a small CNN trained by make_text_audio.py on clips made as the demo's were (none of them is among these). It knows
# the 48 classes of the demo and its captions' words, nothing else: for sound of your own take a published CLAP (docs/closed-set.md).
audio:
  file: audio.onnx
  frontEnd:
    kind: ast-log-mel
    frames: 192
    melBins: 64
    mean: %.5f
    std: %.5f
    long: windows
# The sound was trained against the sentence encoder that audio-dissect ships.
text: shipped
"""


def check(options):
    import onnxruntime
    net, mean, std = trained(options)
    labels, captions, features = probe_clips(mean, std)
    session = onnxruntime.InferenceSession(os.path.join(HERE, "audio.onnx"))
    sounds = session.run(None, {"input_values": features.numpy()})[0]
    log("largest difference to PyTorch %.1e" % np.abs(sounds - predict(net, features)).max())
    encoder = SentenceEncoder()
    names = concepts()
    classes = encoder.vectors([name.replace("_", " ") for name in names])
    raw, held_labels, held_captions = load(options, "heldout")
    held = session.run(None, {"input_values": (raw - np.float32(mean)) / np.float32(2 * std)})[0]
    for title, vectors, ids, texts in (("held-out", held, held_labels, held_captions), ("probing", sounds, [names.index(label) for label in labels], captions)):
        words = encoder.vectors(texts)
        log("%s: %d clips; class name top-1 %.3f top-5 %.3f" % (title, len(vectors), *zero_shot(vectors, ids, classes)))
        log("  caption of a sound top-1 %.3f top-5 %.3f, sound of a caption top-1 %.3f top-5 %.3f" % (*retrieval(vectors, words), *retrieval(words, vectors)))


def main():
    stages = {"render": render, "train": train, "export": export, "check": check}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stage", choices=[*stages, "all"])
    parser.add_argument("--work", required=True, help="scratch folder")
    parser.add_argument("--epochs", type=int, default=16)
    options = parser.parse_args()
    os.makedirs(options.work, exist_ok=True)
    for name, stage in stages.items():
        if options.stage in (name, "all"):
            stage(options)


if __name__ == "__main__":
    main()
