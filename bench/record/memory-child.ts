/** A recording of COUNT tiny clips in a process of its own; prints the peak of its resident memory. Arguments: COUNT THREADS. */
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { loadNetwork } from "../../src/network/load.ts";
import {
	buildModel,
	floatConstant,
	node,
	valueInfo,
} from "../../src/onnx/build.ts";
import { record } from "../../src/recordings/record.ts";
import { seededRandom } from "../../src/shared/random.ts";
import type { HashedClip } from "../../src/types.ts";
import { wavBytes } from "../../test/support/wav.ts";
import { peakMegabytes } from "./measure.ts";

const [count = 500, threads = 2] = process.argv.slice(2).map(Number);
/** Files on disk; clips beyond use them again under other names. */
const FILES = 64;
const SAMPLES = 1600;
const UNITS = [256, 64] as const;

const folder = mkdtempSync(join(tmpdir(), "audio-dissect-memory-"));
const random = seededRandom(1);
const noise = (length: number): Float32Array =>
	Float32Array.from({ length }, () => (2 * random() - 1) / 8);

writeFileSync(
	join(folder, "tiny.onnx"),
	buildModel({
		node: [
			node({ operator: "MatMul", inputs: ["x", "w1"], outputs: ["hidden"] }),
			node({ operator: "Relu", inputs: ["hidden"], outputs: ["active"] }),
			node({ operator: "MatMul", inputs: ["active", "w2"], outputs: ["y"] }),
		],
		initializer: [
			floatConstant("w1", [SAMPLES, UNITS[0]], noise(SAMPLES * UNITS[0])),
			floatConstant("w2", [UNITS[0], UNITS[1]], noise(UNITS[0] * UNITS[1])),
		],
		input: [valueInfo("x", ["batch", SAMPLES])],
		output: [valueInfo("y", ["batch", UNITS[1]])],
	}),
);
writeFileSync(
	join(folder, "tiny.yaml"),
	`name: tiny
file: tiny.onnx
input: x
frontEnd: { kind: waveform, sampleRate: 16000, samples: ${SAMPLES} }
layers:
  - { name: hidden, tensor: hidden }
  - { name: active, tensor: active }
  - { name: y, tensor: y }
`,
);

const files = Array.from({ length: Math.min(FILES, count) }, (_, index) => {
	const path = join(folder, `${index}.wav`);
	const bytes = wavBytes(noise(SAMPLES));
	writeFileSync(path, bytes);
	return { path, hash: createHash("sha256").update(bytes).digest("hex") };
});
const captions = ["noise"];
const attributes = {};
const clips = Array.from({ length: count }, (_, index): HashedClip => {
	const file = files[index % files.length] as (typeof files)[number];
	return {
		...file,
		id: `clip-${index}`,
		label: null,
		captions,
		attributes,
		sourceRecording: null,
	};
});
const network = await loadNetwork({ descriptor: join(folder, "tiny.yaml") });
/** What the process has taken before the recording begins, the list of clips included. */
const before = peakMegabytes();
const start = performance.now();
await record({
	network,
	probeSet: { name: "noise", hash: "noise", clips, excluded: [] },
	directory: join(folder, "recordings"),
	threads,
});
const seconds = (performance.now() - start) / 1000;
rmSync(folder, { recursive: true });
console.log(JSON.stringify({ before, peak: peakMegabytes(), seconds }));
