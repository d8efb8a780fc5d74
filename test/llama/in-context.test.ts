/** Closed-set identification in context by a real model, for classifier units of the demo: ranks, probabilities, shortlist and evidence. Never that a concept is right. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { NONE_FITS } from "../../src/modules/closed-set/in-context.ts";
import { openStore } from "../../src/store/open.ts";
import type { NeuronView } from "../../src/store/store.ts";
import type { InContextConcepts } from "../../src/types.ts";
import { root, runCli } from "../support/cli.ts";
import { temporaryFolder } from "../support/study.ts";
import { modelFile, serverUrl } from "./local.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

const demo = readFileSync(join(root, "concepts/demo.txt"), "utf8")
	.trim()
	.split("\n");
const dozen = demo.slice(0, 12);
/** More than are shown. */
const sixty = [
	...demo,
	...Array.from({ length: 12 }, (_, index) => `engine_number_${index}`),
];

const local = `provider: llama-cpp, file: ${JSON.stringify(modelFile)}, threads: 1, contextSize: 4096`;
const served = `provider: openai, model: smollm2, baseUrl: ${serverUrl}, extraBody: { cache_prompt: false }, concurrency: 1, timeoutSeconds: 170`;

/** Summaries are the extractive ones: only this module asks the model. All studies share a store, so the recording is made once. */
function study(
	name: string,
	concepts: readonly string[],
	languageModel: string,
): string {
	writeFileSync(join(folder.path, `${name}.txt`), `${concepts.join("\n")}\n`);
	const path = join(folder.path, `${name}.yaml`);
	writeFileSync(
		path,
		`network: demo
layers: [classifier]
probeSet: ${join(root, "demo/probe-set.jsonl")}
conceptSet: ${name}.txt
store: store
modules: [summarize, closed-set]
closedSet: { method: icl }
languageModel: { check: false, maxOutputTokens: 120, modules: { summarize: { provider: none } }, ${languageModel} }
`,
	);
	return path;
}

const result = z.object({
	run: z.object({ id: z.string(), status: z.string() }),
	spent: z.object({
		lines: z.array(z.object({ operation: z.string(), calls: z.number() })),
	}),
});

async function dissect(config: string, units = "0-7") {
	const { code, stdout, stderr } = await runCli([
		...["dissect", "--config", config],
		...["--neurons", `classifier#${units}`, "--json"],
	]);
	if (code !== 0) throw new Error(`exit code ${code}:\n${stderr}`);
	const { run, spent } = result.parse(JSON.parse(stdout));
	const store = openStore({
		directory: join(folder.path, "store"),
		readOnly: true,
	});
	try {
		const neurons = store.readLayerNeurons(run.id, "classifier", {
			from: 0,
			count: 48,
		});
		// A server is asked what it can do first, which is a line of its own.
		const asked = spent.lines.find(
			({ operation }) => operation === "identify-concept",
		);
		return { run: run.id, neurons, calls: asked?.calls ?? 0 };
	} finally {
		store.close();
	}
}

function pickedOf({ closedSet }: NeuronView): InContextConcepts {
	if (closedSet?.status !== "described" || closedSet.output.method !== "icl")
		throw new Error(JSON.stringify(closedSet));
	return closedSet.output;
}

const calls = z.array(
	z.object({
		operation: z.string(),
		outcome: z.string(),
		reply: z.string(),
		request: z.looseObject({ options: z.array(z.string()).optional() }),
	}),
);

async function callsOf(config: string, run: string, neuron: string) {
	const { stdout } = await runCli([
		...["runs", "calls", neuron, "--run", run, "--config", config, "--json"],
	]);
	return calls
		.parse(JSON.parse(stdout))
		.filter(({ operation }) => operation === "identify-concept");
}

/** What is held of every neuron that was ranked by probabilities. */
function expectProbabilities(
	picked: InContextConcepts,
	shown: readonly string[],
): void {
	const scores = picked.ranked.map(({ score }) => score ?? Number.NaN);
	expect(scores).toHaveLength(5);
	expect(scores).toEqual(scores.toSorted((a, b) => b - a));
	const none = picked.noneScore ?? Number.NaN;
	for (const score of [...scores, none]) {
		expect(score).toBeGreaterThanOrEqual(0);
		expect(score).toBeLessThanOrEqual(1);
	}
	const total = scores.reduce((sum, score) => sum + score, none);
	expect(total).toBeLessThanOrEqual(1 + 1e-9);
	expect(picked.margin).toBeCloseTo(
		(scores[0] as number) - (scores[1] as number),
		12,
	);
	expect(picked.noneFits).toBe(none > (scores[0] as number));
	for (const { concept } of picked.ranked) expect(shown).toContain(concept);
}

describe("through node-llama-cpp, by log-probabilities", () => {
	it("ranks the whole set and none fits for every unit, with the call that says so, and asks nothing twice", async () => {
		const config = study("local", dozen, local);
		const first = await dissect(config);
		expect(first.neurons).toHaveLength(8);
		expect(first.calls).toBe(8);
		for (const neuron of first.neurons) {
			const picked = pickedOf(neuron);
			expectProbabilities(picked, dozen);
			expect(picked.shortlist).toBeNull();
		}
		const [call] = await callsOf(config, first.run, "classifier#0");
		expect(call?.outcome).toBe("ok");
		expect(call?.request.options).toEqual([...dozen, NONE_FITS]);
		// The stored log-probabilities give the stored order.
		const { logProbabilities } = z
			.object({ logProbabilities: z.array(z.number()) })
			.parse(JSON.parse(call?.reply ?? ""));
		const order = [...dozen, NONE_FITS]
			.map((option, index) => ({
				option,
				value: logProbabilities[index] as number,
			}))
			.sort((a, b) => b.value - a.value)
			.map(({ option }) => option);
		const [neuron] = first.neurons;
		expect(
			pickedOf(neuron as NeuronView).ranked.map(({ concept }) => concept),
		).toEqual(order.filter((option) => option !== NONE_FITS).slice(0, 5));
		const again = await dissect(config);
		expect(again).toEqual(first);
	});

	it("of sixty concepts shows the fifty nearest to the summary, and keeps which", async () => {
		const { neurons } = await dissect(study("sixty", sixty, local), "0");
		const picked = pickedOf(neurons[0] as NeuronView);
		expect(new Set(picked.shortlist).size).toBe(50);
		for (const concept of picked.shortlist ?? [])
			expect(sixty).toContain(concept);
		expectProbabilities(picked, picked.shortlist ?? []);
	});
});

describe("through an OpenAI-compatible server", () => {
	it("ranks a dozen by the likeliest tokens", async () => {
		const { neurons, calls: sent } = await dissect(
			study("served", dozen, served),
			"0-2",
		);
		expect(sent).toBe(3);
		for (const neuron of neurons) {
			const picked = pickedOf(neuron);
			expect(picked.ranked.length).toBeGreaterThan(0);
			for (const { concept, score } of picked.ranked) {
				expect(dozen).toContain(concept);
				if (score !== null) expect(score).toBeLessThanOrEqual(1);
			}
		}
	});

	it("names concepts of a larger set in a reply that is held to it", async () => {
		const { neurons } = await dissect(study("list", demo, served), "0");
		for (const neuron of neurons) {
			if (neuron.closedSet?.status === "failed") {
				// Named twice: the schema holds the names, not that they differ.
				expect(neuron.closedSet.error.code).toMatch(
					/^(reply_invalid|reply_truncated)$/,
				);
				continue;
			}
			const picked = pickedOf(neuron);
			for (const { concept, score } of picked.ranked) {
				expect(demo).toContain(concept);
				expect(score).toBeNull();
			}
			expect(picked.margin).toBeNull();
		}
	});
});
