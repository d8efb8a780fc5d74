/**
 * The similarity functions over a recorded layer, each in a process of its own beside the floor of the machine (reading the activations once, and the
 * arithmetic at the rate of onnxruntime's matrix product), and beside the published formulas in PyTorch when a Python that has it is named by PYTHON. Ours
 * reads the activations from the file within its time. PyTorch is shown twice: with the activations in memory, and with loading them (numpy.load and the
 * transposition that the formulas want).
 *
 * [PYTHON=python3] npm run bench similarity -- [--clips 2000] [--units 55296] [--concepts 50,1000] [--functions cosine,cos-cubed] [--threads 2] [--rounds 3]
 *   [--permutations 0] [--share 1]: PyTorch compares one of so many neurons, and its time is multiplied by that
 */
import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { z } from "zod";
import { SIMILARITY_FUNCTIONS } from "../src/modules/closed-set/constants.ts";
import { npyBytes, npyHeader } from "../src/shared/npy.ts";
import { seededRandom } from "../src/shared/random.ts";

const { values: options } = parseArgs({
	options: {
		clips: { type: "string", default: "2000" },
		units: { type: "string", default: "55296" },
		concepts: { type: "string", default: "50,1000" },
		functions: { type: "string", default: SIMILARITY_FUNCTIONS.join(",") },
		threads: {
			type: "string",
			default: String(Math.min(2, availableParallelism())),
		},
		rounds: { type: "string", default: "3" },
		permutations: { type: "string", default: "0" },
		share: { type: "string", default: "1" },
	},
});
const clips = Number(options.clips);
const units = Number(options.units);
const threads = Number(options.threads);
const python = process.env.PYTHON;

const ours = z.object({
	wall: z.array(z.number()),
	cpu: z.array(z.number()),
	floor: z.number(),
	before: z.number(),
	peak: z.number(),
});
const theirs = z.object({
	version: z.string(),
	wall: z.array(z.number()),
	cpu: z.array(z.number()),
	wall_loaded: z.array(z.number()),
	cpu_loaded: z.array(z.number()),
	peak: z.number(),
});

const folder = mkdtempSync(join(tmpdir(), "audio-dissect-bench-"));
const random = seededRandom(1);
/** About normal, every neuron with its own size and centre. */
const activations = join(folder, "activations.npy");
const file = openSync(activations, "w");
writeSync(file, npyHeader({ shape: [units, clips], type: "float32" }));
for (let unit = 0; unit < units; unit += 1) {
	const size = 0.1 + random();
	const centre = random() - 0.5;
	const row = Float32Array.from(
		{ length: clips },
		() => centre + size * (random() + random() + random() - 1.5),
	);
	writeSync(file, new Uint8Array(row.buffer));
}
closeSync(file);

console.log(
	`${clips} clips x ${units} neurons, ${threads} threads on ${availableParallelism()} processors, ${options.permutations} permutations; seconds: median (best)`,
);
for (const concepts of options.concepts.split(",").map(Number)) {
	const scores = join(folder, `scores-${concepts}.npy`);
	const table = openSync(scores, "w");
	writeSync(
		table,
		npyBytes(
			Float32Array.from({ length: clips * concepts }, () => random() ** 8),
			[clips, concepts],
		),
	);
	closeSync(table);
	for (const name of options.functions.split(",")) {
		const task = {
			activations,
			scores,
			clips,
			concepts,
			function: name,
			threads,
			rounds: Number(options.rounds),
			permutations: Number(options.permutations),
		};
		const measured = ours.parse(
			runJson(process.execPath, [
				...process.execArgv,
				fileURLToPath(new URL("./similarity/child.ts", import.meta.url)),
				JSON.stringify(task),
			]),
		);
		const reference =
			python === undefined
				? undefined
				: theirs.parse(
						runJson(python, [
							fileURLToPath(
								new URL("./similarity/reference.py", import.meta.url),
							),
							JSON.stringify({ ...task, share: Number(options.share) }),
						]),
					);
		const wall = median(measured.wall);
		console.log(
			[
				name.padEnd(12),
				`${concepts} concepts`.padStart(13),
				`ours ${times(measured.wall)}`,
				`cpu ${median(measured.cpu).toFixed(2)}`,
				`floor ${measured.floor.toFixed(3)} (${(wall / measured.floor).toFixed(1)}x)`,
				`memory ${measured.peak.toFixed(0)} MB (+${(measured.peak - measured.before).toFixed(0)})`,
				...(reference === undefined
					? []
					: [
							`torch ${reference.version} memory ${reference.peak.toFixed(0)} MB`,
							`in memory ${times(reference.wall)} cpu ${median(reference.cpu).toFixed(2)}: ours ${(median(reference.wall) / wall).toFixed(2)}x faster`,
							`with loading ${times(reference.wall_loaded)} cpu ${median(reference.cpu_loaded).toFixed(2)}: ours ${(median(reference.wall_loaded) / wall).toFixed(2)}x faster`,
						]),
			].join("   "),
		);
	}
}
rmSync(folder, { recursive: true });

function runJson(program: string, parameters: readonly string[]): unknown {
	return JSON.parse(
		execFileSync(program, parameters, {
			encoding: "utf8",
			stdio: ["ignore", "pipe", "inherit"],
			// Threads of PyTorch that wait must not take the processor from those that work.
			env: { ...process.env, OMP_WAIT_POLICY: "passive" },
		}),
	);
}

function median(values: readonly number[]): number {
	return values.toSorted((a, b) => a - b)[values.length >> 1] as number;
}

function times(values: readonly number[]): string {
	return `${median(values).toFixed(2)} (${Math.min(...values).toFixed(2)})`;
}
