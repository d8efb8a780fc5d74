/** A study of made-up activations over the demo's clips and captions, so that a bench has as many neurons as it wants. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadConfig } from "../../src/config/load.ts";
import { type DissectResult, dissect } from "../../src/dissect.ts";
import { loadProbeSet } from "../../src/inputs/probe-set/probe-set.ts";
import { npyBytes } from "../../src/shared/npy.ts";
import { packageFile } from "../../src/shared/package.ts";
import { seededRandom } from "../../src/shared/random.ts";
import { openStudy } from "../../src/study.ts";

/** Writes activations of `units` neurons and a config that asks `baseUrl`; returns the config's path. */
export async function writeStudy(options: {
	readonly folder: string;
	readonly units: number;
	readonly baseUrl: string;
	/** Default: all of them. */
	readonly modules?: readonly string[];
}): Promise<string> {
	const { folder, units, baseUrl, modules } = options;
	mkdirSync(folder, { recursive: true });
	const manifest = packageFile("demo/probe-set.jsonl");
	const { clips } = await loadProbeSet({ manifest });
	const random = seededRandom(7);
	const values = new Float32Array(clips.length * units);
	for (let index = 0; index < values.length; index += 1)
		values[index] = random();
	writeFileSync(
		join(folder, "layer.npy"),
		npyBytes(values, [clips.length, units]),
	);
	writeFileSync(
		join(folder, "activations.json"),
		JSON.stringify({
			format: "audio-dissect activations 1",
			name: "made-up",
			clips: clips.map(({ id }) => id),
			layers: [{ name: "layer", file: "layer.npy", pooling: "none" }],
		}),
	);
	const config = join(folder, "dissect.yaml");
	writeFileSync(
		config,
		JSON.stringify({
			network: "activations.json",
			probeSet: manifest,
			labels: "own",
			conceptSet: packageFile("concepts/demo.txt"),
			store: "store",
			...(modules === undefined ? {} : { modules }),
			languageModel: {
				provider: "openai",
				model: "bench",
				baseUrl,
				structuredOutput: "schema",
				concurrency: 64,
				timeoutSeconds: 20,
			},
		}),
	);
	return config;
}

export type BenchRun = DissectResult & {
	/** Resident set of this process, MB: at the start, when a quarter of each stage was done, and its peak. */
	readonly memory: {
		readonly start: number;
		readonly quarter: number;
		readonly peak: number;
	};
	/** Seconds. */
	readonly wall: number;
	/** Milliseconds of processor time, all threads. */
	readonly cpu: number;
};

/** Runs `dissect` on a config; `set`: overrides. */
export async function runStudy(
	config: string,
	set: readonly string[],
): Promise<BenchRun> {
	const study = await openStudy({
		config: await loadConfig({ path: config, set }),
	});
	const now = (): number => process.memoryUsage().rss / 1e6;
	const start = now();
	let quarter = 0;
	let peak = start;
	const begin = performance.now();
	const cpuBefore = process.cpuUsage();
	try {
		const result = await dissect({
			...study,
			onProgress: ({ done, total }) => {
				if (done % 100 !== 0) return;
				peak = Math.max(peak, now());
				if (total !== null && done <= total / 4)
					quarter = Math.max(quarter, now());
			},
		});
		const wall = (performance.now() - begin) / 1000;
		const { user, system } = process.cpuUsage(cpuBefore);
		const cpu = (user + system) / 1000;
		return { ...result, memory: { start, quarter, peak }, wall, cpu };
	} finally {
		await study.close();
	}
}
