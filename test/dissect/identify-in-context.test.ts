/** The stage that asks a language model for concepts: what ends it before anything is asked, and what concerns one neuron alone. */
import { beforeAll, describe, expect, it } from "vitest";
import type { StageContext } from "../../src/dissect/context.ts";
import { identifyInContext } from "../../src/dissect/identify-in-context.ts";
import { createScriptedModel } from "../../src/llm/scripted.ts";
import { loadPrompts, type Prompts } from "../../src/prompts/load.ts";
import type { SummarySentence } from "../../src/types.ts";
import {
	sampleNeuron,
	startSampleRun,
	temporaryStore,
} from "../support/temporary-store.ts";

let prompts: Prompts;
beforeAll(async () => {
	prompts = await loadPrompts();
});

const sixty = Array.from({ length: 60 }, (_, index) => `sound_${index}`);

/** Two units of the layer `second` with summaries `It is unit N.`, or none. `vectors`: of texts; default (1, 0). */
function stage(options: {
	readonly concepts: readonly string[];
	readonly vectors?: Readonly<Record<string, readonly number[]>>;
	readonly summaries?: readonly (readonly string[])[];
}) {
	const { concepts, vectors = {} } = options;
	const store = temporaryStore();
	const run = startSampleRun(store);
	store.putPrompts([...prompts.values()]);
	store.putNeurons(
		run,
		[0, 1].map((unit) => sampleNeuron("second", unit)),
	);
	const side = (
		name: "high" | "low",
		sentences: readonly SummarySentence[],
	) => ({
		side: name,
		sentences,
		dropped: [],
	});
	const summaries = options.summaries ?? [["It is unit 0."], ["It is unit 1."]];
	store.putDescriptions(
		run,
		summaries.map((texts, unit) => ({
			layer: "second",
			unit,
			module: "summarize",
			outcome: {
				status: "described",
				output: {
					high: side(
						"high",
						texts.map((text) => ({ text })),
					),
					low: side("low", []),
				},
			},
		})),
	);
	const embedded: string[] = [];
	const asked: string[] = [];
	const model = createScriptedModel({
		calls: store,
		answer: ({ messages }) => {
			asked.push(messages.at(-1)?.content ?? "");
			return { concepts: ["sound_3"] };
		},
	});
	// The stage reads no other member.
	const context = {
		store,
		run,
		layers: ["second"],
		conceptSet: { name: "concepts", hash: "hash", concepts },
		embeddings: {
			id: "fake",
			embed: async (texts: readonly string[]) => {
				embedded.push(...texts);
				return texts.map((text) => Float32Array.from(vectors[text] ?? [1, 0]));
			},
			close: async () => {},
		},
		writer: { modelFor: () => ({ model, concurrency: 1 }) },
		prompts,
		method: { closedSet: { conceptTemplate: null } },
		noteDeferred: () => {},
	} as unknown as StageContext;
	const outcomes = () =>
		store
			.readLayerNeurons(run, "second", { from: 0, count: 2 })
			.map(({ closedSet }) => closedSet);
	return { context, embedded, asked, outcomes };
}

describe("identifyInContext", () => {
	it("embeds a large set once for all neurons, and each summary", async () => {
		const { context, embedded, asked, outcomes } = stage({ concepts: sixty });
		await identifyInContext(context);
		expect(embedded).toEqual([
			...sixty.map((concept) => concept.replace("_", " ")),
			"It is unit 0.",
			"It is unit 1.",
		]);
		expect(asked).toHaveLength(2);
		for (const outcome of outcomes())
			expect(outcome).toMatchObject({
				status: "described",
				output: {
					ranked: [{ concept: "sound_3", score: null }],
					shortlist: sixty.slice(0, 50),
				},
			});
	});

	it("a concept without a direction ends the stage before anything is asked", async () => {
		const { context, asked, outcomes } = stage({
			concepts: sixty,
			vectors: { "sound 59": [0, 0] },
		});
		await expect(identifyInContext(context)).rejects.toMatchObject({
			name: "DataError",
			code: "concept_undefined",
			evidence: { concept: "sound_59" },
		});
		expect(asked).toEqual([]);
		expect(outcomes()).toEqual([null, null]);
	});

	it("so does a concept with the name of the answer that none fits", async () => {
		const { context, asked, outcomes } = stage({
			concepts: ["sound_3", "None fits"],
		});
		await expect(identifyInContext(context)).rejects.toMatchObject({
			code: "concept_reserved",
		});
		expect(asked).toEqual([]);
		expect(outcomes()).toEqual([null, null]);
	});

	it("a summary without a direction fails its neuron alone; an empty one skips it", async () => {
		const odd = stage({
			concepts: sixty,
			vectors: { "It is unit 0.": [Number.NaN, 0] },
		});
		await identifyInContext(odd.context);
		expect(odd.outcomes()).toMatchObject([
			{ status: "failed", error: { code: "summary_undefined" } },
			{ status: "described" },
		]);
		const empty = stage({ concepts: sixty, summaries: [[], ["It rings."]] });
		await identifyInContext(empty.context);
		expect(empty.outcomes()).toMatchObject([
			{ status: "skipped", reason: "no_summary" },
			{ status: "described" },
		]);
		expect(empty.asked).toHaveLength(1);
	});
});
