/**
 * The whole of `dissect` without a language model at any size: seconds per stage, processor time, peak of memory, longest stand-still of the main thread,
 * bytes of the store; then the same run again, where nothing is left to do.
 *
 * npm run bench scale -- [--clips 2000] [--neurons 5000]
 */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { runStudy } from "./llm/study.ts";
import { peakMegabytes } from "./record/measure.ts";
import { writeScaleStudy } from "./scale/data.ts";

const { values } = parseArgs({
	options: {
		clips: { type: "string", default: "2000" },
		neurons: { type: "string", default: "5000" },
	},
});
const clips = Number(values.clips);
const neurons = Number(values.neurons);
const folder = mkdtempSync(join(tmpdir(), "bench-scale-"));

async function once(name: string, config: string): Promise<void> {
	const delay = monitorEventLoopDelay({ resolution: 10 });
	delay.enable();
	const { wall, cpu, seconds } = await runStudy(config, []);
	delay.disable();
	const stages = Object.entries(seconds)
		.map(([stage, time]) => `${stage} ${time.toFixed(1)} s`)
		.join(", ");
	console.log(
		`${name}: ${neurons} neurons, ${clips} clips: ${wall.toFixed(1)} s, processor ${(cpu / 1000).toFixed(1)} s, resident ${peakMegabytes().toFixed(0)} MB at most, main thread still for ${(delay.max / 1e6).toFixed(0)} ms at most; ${stages}`,
	);
}

try {
	const config = await writeScaleStudy({ folder, clips, neurons });
	await once("first run", config);
	const bytes = statSync(join(folder, "store", "audio-dissect.db")).size;
	console.log(
		`store: ${(bytes / 1e6).toFixed(1)} MB, ${Math.round(bytes / neurons)} bytes a neuron`,
	);
	await once("again", config);
} finally {
	rmSync(folder, { recursive: true, force: true });
}
