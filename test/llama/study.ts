/** A study of 8 classifier units of the demo with a real local model: its config, and what the command line says of it. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { z } from "zod";
import { openStore } from "../../src/store/open.ts";
import { root, runCli } from "../support/cli.ts";

/** Writes a config beside a store of its own; returns its path. */
export function writeStudy(folder: string, languageModel: string): string {
	const path = join(folder, "dissect.yaml");
	// Few enough for the letters of a server's likeliest tokens.
	writeFileSync(
		join(folder, "few.txt"),
		"siren\npiano\nspeech\nrain\nviolin\ndog bark\n",
	);
	writeFileSync(
		path,
		`network: demo
layers: [classifier]
probeSet: ${join(root, "demo/probe-set.jsonl")}
conceptSet: ${join(root, "concepts/demo.txt")}
prompts: ${join(root, "test/llama/prompts")}
store: store
exemplars: { count: 3 }
languageModel: { check: false, maxOutputTokens: 160, ${languageModel} }
`,
	);
	return path;
}

const counts = z.object({
	described: z.number(),
	skipped: z.number(),
	failed: z.number(),
});
const resultSchema = z.object({
	run: z.object({ id: z.string(), status: z.string() }),
	layers: z.array(
		z.object({
			layer: z.literal("classifier"),
			modules: z.record(z.string(), counts),
		}),
	),
	budgetReached: z.boolean(),
	spent: z.object({
		lines: z.array(
			z.object({
				operation: z.string(),
				calls: z.number(),
				served: z.number(),
				failed: z.number(),
				inputTokens: z.number(),
				outputTokens: z.number(),
			}),
		),
	}),
});

export async function dissect(config: string, ...more: readonly string[]) {
	const { code, stdout, stderr } = await runCli([
		...["dissect", "--config", config, "--neurons", "classifier#0-7"],
		...["--json", ...more],
	]);
	if (code !== 0 && code !== 1)
		throw new Error(`exit code ${code}:\n${stderr}`);
	const result = resultSchema.parse(JSON.parse(stdout));
	const line = (operation: string) =>
		result.spent.lines.find((one) => one.operation === operation);
	return {
		code,
		run: result.run.id,
		modules: result.layers[0]?.modules ?? {},
		budgetReached: result.budgetReached,
		line,
	};
}

export type Dissected = Awaited<ReturnType<typeof dissect>>;

const callsSchema = z.array(
	z.object({
		operation: z.string(),
		outcome: z.string(),
		reply: z.string().nullable(),
		request: z.object({
			messages: z.array(
				z.object({
					role: z.enum(["system", "user", "assistant"]),
					content: z.string(),
				}),
			),
			format: z.enum(["schema", "json", "text"]).optional(),
			choose: z.string().optional(),
		}),
	}),
);

/** Of a neuron, or, of null, of the latest run. */
export async function callsOf(neuron: string | null, config: string) {
	const { code, stdout, stderr } = await runCli([
		...["runs", "calls", ...(neuron === null ? [] : [neuron])],
		...["--config", config, "--json"],
	]);
	if (code !== 0) throw new Error(`exit code ${code}:\n${stderr}`);
	return callsSchema.parse(JSON.parse(stdout));
}

/** What is held of every finished run, whatever the model wrote. */
export function expectEveryStage(result: Dissected, folder: string): void {
	for (const name of ["closed-set", "summarize", "summary-calibration"])
		expect(result.modules[name]).toEqual({
			described: 8,
			skipped: 0,
			failed: 0,
		});
	const open = result.modules["open-set-extraction"];
	expect((open?.described ?? 0) + (open?.failed ?? 0)).toBe(8);
	// A word the model could not judge fails its neurons, and nothing else does.
	expect(result.code).toBe(open?.failed === 0 ? 0 : 1);
	const store = openStore({ directory: join(folder, "store"), readOnly: true });
	try {
		const neurons = store.readLayerNeurons(result.run, "classifier", {
			from: 0,
			count: 48,
		});
		expect(neurons).toHaveLength(8);
	} finally {
		store.close();
	}
}

/** Runs it again: what was answered is served from the store, and only what failed is asked anew. */
export async function expectCached(
	config: string,
	first: Dissected,
): Promise<void> {
	const again = await dissect(config);
	expect(again.run).toBe(first.run);
	expect(again.modules).toEqual(first.modules);
	expect(again.line("summarize")?.calls).toBe(16);
	const filter = first.line("acoustic-filter");
	if (filter?.failed === 0)
		expect(again.line("acoustic-filter")).toEqual(filter);
}

/**
 * Another run over the same summaries, in which the model also picks the concepts and calibrates; then its score. `way`: how the choice of
 * concepts must have been made.
 */
export async function expectModelStages(
	config: string,
	way: string,
): Promise<void> {
	const concepts = ["--set", "closedSet.method=icl"];
	concepts.push("--set", "conceptSet=few.txt");
	const result = await dissect(
		config,
		...[...concepts, "--set", "summaryCalibration.method=model"],
	);
	// Served from the store, every one.
	expect(result.line("summarize")).toMatchObject({ calls: 0, served: 16 });
	const closed = result.modules["closed-set"];
	expect(closed?.failed).toBe(0);
	expect((closed?.described ?? 0) + (closed?.skipped ?? 0)).toBe(8);
	expect(closed?.described).toBeGreaterThan(0);
	const calibrated = result.modules["summary-calibration"];
	expect((calibrated?.described ?? 0) + (calibrated?.failed ?? 0)).toBe(8);
	const calls = await callsOf(null, config);
	const choices = calls.filter(
		({ operation }) => operation === "identify-concept",
	);
	expect(choices.length).toBeGreaterThan(0);
	expect(choices.map(({ request }) => request.choose)).toContain(way);
	expect(calls.map(({ operation }) => operation)).toContain("calibrate");
	const { code, stdout, stderr } = await runCli([
		...["evaluate", "--last-layer", "--config", config, ...concepts, "--json"],
	]);
	if (code !== 0) throw new Error(`exit code ${code}:\n${stderr}`);
	const { run, rows } = JSON.parse(stdout);
	expect(run).toBe(result.run);
	expect(rows).toContainEqual(expect.objectContaining({ method: "icl" }));
}
