/**
 * The five highest and the five lowest clips of every neuron of a recorded layer, read from its file, beside PyTorch's topk of both sides over the same data
 * in memory when a Python that has it is named by PYTHON. Ours has as many threads as the machine has cores, as in a run; PyTorch has `--threads`.
 *
 * [PYTHON=python3] npm run bench exemplars -- [--clips 2000] [--units 55296] [--threads 2] [--rounds 5]
 */
import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { z } from "zod";
import { selectExemplars } from "../src/recordings/select-exemplars.ts";
import { npyHeader } from "../src/shared/npy.ts";
import { seededRandom } from "../src/shared/random.ts";

const { values: options } = parseArgs({
	options: {
		clips: { type: "string", default: "2000" },
		units: { type: "string", default: "55296" },
		threads: { type: "string", default: "2" },
		rounds: { type: "string", default: "5" },
	},
});
const [clips, units] = [Number(options.clips), Number(options.units)];
const count = 5;
const folder = mkdtempSync(join(tmpdir(), "audio-dissect-bench-"));
const path = join(folder, "000-layer.npy");
const random = seededRandom(1);
const file = openSync(path, "w");
writeSync(file, npyHeader({ shape: [units, clips], type: "float32" }));
for (let unit = 0; unit < units; unit += 1)
	writeSync(
		file,
		new Uint8Array(
			Float32Array.from(
				{ length: clips },
				() => random() + random() + random() - 1.5,
			).buffer,
		),
	);
closeSync(file);

const layer = { name: "layer", path, units, pooling: "mean" } as Parameters<
	typeof selectExemplars
>[0]["layer"];
const wall: number[] = [];
const cpu: number[] = [];
for (let round = -1; round < Number(options.rounds); round += 1) {
	const processor = process.cpuUsage();
	const start = performance.now();
	let ranked = 0;
	for await (const block of selectExemplars({ layer, count }))
		ranked += block.length;
	if (ranked !== units) throw new Error(`${ranked} of ${units} neurons`);
	if (round < 0) continue;
	wall.push((performance.now() - start) / 1000);
	const { user, system } = process.cpuUsage(processor);
	cpu.push((user + system) / 1e6);
}
const python = process.env.PYTHON;
const theirs =
	python === undefined
		? undefined
		: z
				.object({
					version: z.string(),
					wall: z.array(z.number()),
					cpu: z.array(z.number()),
				})
				.parse(
					JSON.parse(
						execFileSync(
							python,
							[
								fileURLToPath(
									new URL("./exemplars/reference.py", import.meta.url),
								),
								path,
								String(count),
								options.threads,
								options.rounds,
							],
							{ encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] },
						),
					),
				);
rmSync(folder, { recursive: true });

const median = (values: readonly number[]): number =>
	values.toSorted((a, b) => a - b)[values.length >> 1] as number;
const times = (values: readonly number[]): string =>
	`${median(values).toFixed(2)} (${Math.min(...values).toFixed(2)})`;
console.log(
	`${clips} clips x ${units} neurons, ${count} a side; seconds: median (best)`,
);
console.log(
	[
		`ours, with reading ${times(wall)} cpu ${median(cpu).toFixed(2)}`,
		...(theirs === undefined
			? []
			: [
					`torch ${theirs.version} in memory ${times(theirs.wall)} cpu ${median(theirs.cpu).toFixed(2)}: ours ${(median(theirs.wall) / median(wall)).toFixed(2)}x faster`,
				]),
	].join("   "),
);
