/**
 * Recording against bare onnxruntime inference of the same file in the same process: layers pooled in the graph, the whole pipeline from audio files to
 * `.npy`, and peak memory for more and more clips.
 *
 * npm run bench record -- [--network demo,ast] [--threads 2] [--clips 48] [--rounds 5] [--sizes 500,5000,50000] [--no-memory]
 *
 * `--network`: names of shipped networks, paths of descriptors (any ONNX file with its layers), `ast` for a network of AST-base's size with random weights that
 * is built for the purpose (345 MB in the temporary folder); comma-separated. `--clips` is for the demo; other networks take a twelfth of it. Processor time stands
 * beside wall time: on a machine that does other work its ratio is the one to read.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { z } from "zod";
import { loadProbeSet } from "../src/inputs/probe-set/probe-set.ts";
import { frontEndDims } from "../src/network/front-ends/front-end.ts";
import { loadNetwork, type TargetNetwork } from "../src/network/load.ts";
import { openDirectSession } from "../src/onnx/direct-session.ts";
import { record } from "../src/recordings/record.ts";
import { openTapPool } from "../src/recordings/tap-pool.ts";
import { seededRandom } from "../src/shared/random.ts";
import { writeAstSized } from "./record/ast-sized.ts";
import {
	measureInterleaved,
	peakMegabytes,
	ratioTable,
} from "./record/measure.ts";

const { values: options } = parseArgs({
	options: {
		network: { type: "string", default: "demo,ast" },
		threads: {
			type: "string",
			default: String(Math.min(2, availableParallelism())),
		},
		clips: { type: "string", default: "48" },
		rounds: { type: "string", default: "5" },
		sizes: { type: "string", default: "500,5000,50000" },
		"no-memory": { type: "boolean", default: false },
	},
});
const threads = oneNumber("--threads", options.threads);
const rounds = Number(options.rounds);
const root = fileURLToPath(new URL("../", import.meta.url));

const counts = threads > 1 ? [1, threads] : [1];
const workFolder = mkdtempSync(join(tmpdir(), "audio-dissect-bench-"));
try {
	for (const name of options.network.split(",")) {
		const network = await loadNetwork({ descriptor: descriptorOf(name) });
		const clips = Math.max(
			2,
			Math.round(Number(options.clips) / (name === "demo" ? 1 : 12)),
		);
		const units = network.layers.reduce((sum, layer) => sum + layer.units, 0);
		console.log(
			`\n${network.name}: ${network.layers.length} layers, ${units} units, input [${frontEndDims(network.frontEnd).join(", ")}]; ${availableParallelism()} processors`,
		);
		for (const count of counts) await compareInference(network, clips, count);
		if (name === "demo") await compareRecording(network, clips);
	}
} finally {
	rmSync(workFolder, { recursive: true });
}

/** The whole number from 1 up that an option has; anything else ends the program with a message. */
function oneNumber(option: string, text: string): number {
	if (/^[1-9]\d*$/.test(text)) return Number(text);
	console.error(
		`${option}: expected one whole number from 1 up, got "${text}" (1 thread and that many are both measured)`,
	);
	process.exit(2);
}

function descriptorOf(name: string): string {
	if (name === "ast") return writeAstSized(workFolder);
	return /[\\/.]/.test(name)
		? name
		: join(root, `config/networks/${name}.yaml`);
}

/** Inputs in memory, the same for both sides. */
function inputsOf(network: TargetNetwork): (index: number) => Float32Array {
	const size = frontEndDims(network.frontEnd).reduce(
		(product, dim) => product * dim,
		1,
	);
	const random = seededRandom(1);
	const inputs = Array.from({ length: 8 }, () =>
		Float32Array.from({ length: size }, () => 2 * random() - 1),
	);
	return (index) => inputs[index % inputs.length] as Float32Array;
}

/** The file as it is, its first output, in this thread. */
async function openBare(network: TargetNetwork, threadCount: number) {
	const session = await openDirectSession({
		model: network.modelPath,
		threads: threadCount,
	});
	const input = inputsOf(network);
	const name = session.inputs[0]?.name as string;
	const output = session.outputs[0]?.name as string;
	const dims = [1, ...frontEndDims(network.frontEnd)];
	return {
		run: (index: number) =>
			session.run({ [name]: { type: "float32", dims, data: input(index) } }, [
				output,
			]),
		close: () => session.close(),
	};
}

async function compareInference(
	network: TargetNetwork,
	clips: number,
	count: number,
): Promise<void> {
	const bare = await openBare(network, count);
	const pool = await openTapPool(network, { threads: count });
	const input = inputsOf(network);
	const [theirs, ours] = await measureInterleaved(rounds, [
		async () => {
			for (let index = 0; index < clips; index += 1) await bare.run(index);
		},
		// As a recording does it: two for each session are under way, and each hands over what the clip threads made.
		async () => {
			const running: Promise<unknown>[] = [];
			for (let index = 0; index < clips; index += 1) {
				running.push(
					pool.next().run(input(index).slice(), 1, { handOver: true }),
				);
				if (running.length > 2 * pool.size) await running.shift();
			}
			await Promise.all(running);
		},
	]);
	await pool.close();
	await bare.close();
	console.log(
		`\ninference, ${count} thread${count === 1 ? "" : "s"}, ms per clip (peak memory of the process so far ${peakMegabytes().toFixed(0)} MB)`,
	);
	console.log(
		ratioTable(clips, [
			["bare onnxruntime, its first output, one clip a run", theirs],
			[
				`${network.layers.length} layers pooled, ${pool.size} session${pool.size === 1 ? "" : "s"}`,
				ours,
			],
		]),
	);
}

async function compareRecording(
	network: TargetNetwork,
	clips: number,
): Promise<void> {
	const probeSet = await loadProbeSet({
		manifest: join(root, "demo/probe-set.jsonl"),
	});
	const some = { ...probeSet, clips: probeSet.clips.slice(0, clips) };
	const bare = await openBare(network, threads);
	const [theirs, ours] = await measureInterleaved(Math.min(rounds, 3), [
		async () => {
			for (let index = 0; index < clips; index += 1) await bare.run(index);
		},
		async () => {
			const directory = mkdtempSync(join(workFolder, "recording-"));
			await record({ network, probeSet: some, directory, threads });
			rmSync(directory, { recursive: true });
		},
	]);
	await bare.close();
	console.log(
		"\nthe whole recording (opening, decoding, front end, inference, writing), ms per clip",
	);
	console.log(
		ratioTable(some.clips.length, [
			[`bare onnxruntime, ${threads} threads, features in memory`, theirs],
			["record(), from FLAC files to .npy", ours],
		]),
	);
}

if (!options["no-memory"]) {
	console.log(
		"\npeak memory in MB: of the whole process, and before recording began (program, network, list of clips)",
	);
	let first: number | undefined;
	for (const count of options.sizes.split(",").map(Number)) {
		const output = execFileSync(
			process.execPath,
			[
				...process.execArgv,
				fileURLToPath(new URL("./record/memory-child.ts", import.meta.url)),
				String(count),
				String(threads),
			],
			{ encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] },
		);
		const { before, peak, seconds } = z
			.object({ before: z.number(), peak: z.number(), seconds: z.number() })
			.parse(JSON.parse(output));
		first ??= peak;
		console.log(
			[
				`${String(count).padStart(7)} clips`,
				`peak ${peak.toFixed(0)} (${peak - first < 0 ? "" : "+"}${(peak - first).toFixed(0)})`,
				`before ${before.toFixed(0)}`,
				`${seconds.toFixed(1)} s`,
				`${((1000 * seconds) / count).toFixed(2)} ms per clip`,
			].join("   "),
		);
	}
}
