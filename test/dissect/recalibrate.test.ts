import { describe, expect, test } from "vitest";
import { recalibrate } from "../../src/dissect/recalibrate.ts";
import { createScriptedModel } from "../../src/llm/scripted.ts";
import { calibrateSummary } from "../../src/modules/summary-calibration/calibrate-summary.ts";
import { loadPrompts, promptNamed } from "../../src/prompts/load.ts";
import type { Store } from "../../src/store/store.ts";
import type { CalibratedSummary } from "../../src/types.ts";
import { sampleCall } from "../store/samples.ts";
import {
	sampleNeuron,
	startSampleRun,
	temporaryStore,
} from "../support/temporary-store.ts";

const call = sampleCall({ operation: "acoustic-filter" });
/** On a circle: "A loud bell rings." is 0.6 from the low sentence, "It is shrill." far from it. */
const angles: Readonly<Record<string, number>> = {
	"A loud bell rings.": 0.9273,
	"It is shrill.": 3,
	"A bell.": 0,
};
const embed = async (texts: readonly string[]) =>
	texts.map((text) => {
		const angle = angles[text] ?? 0;
		return Float32Array.of(Math.cos(angle), Math.sin(angle));
	});
const said = (...texts: readonly string[]) => texts.map((text) => ({ text }));
const low = said("A bell.");

const calibratedAt = (threshold: number): Promise<CalibratedSummary> =>
	calibrateSummary({
		high: said("A loud bell rings.", "It is shrill."),
		low,
		threshold,
		embed,
	});

/** A run with one described neuron, one whose summary failed and one that is dead. `model`: who filtered its adjectives. */
async function sourceRun(store: Store, model: string): Promise<string> {
	const run = startSampleRun(store, {
		resolved: {
			modules: ["summarize", "summary-calibration", "open-set-extraction"],
			summaryCalibration: { threshold: 0.5 },
			seed: 0,
		},
	});
	const [described, failed, dead] = [0, 1, 2].map((unit) =>
		sampleNeuron("first", unit),
	);
	const reason = {
		status: "skipped",
		reason: "dead",
		evidence: { value: 0, clips: 6 },
	} as const;
	store.putNeurons(run, [
		described as NonNullable<typeof described>,
		failed as NonNullable<typeof failed>,
		{ ...(dead as NonNullable<typeof dead>), status: reason },
	]);
	const callId = store.recordCall(call);
	store.putJudgements("judge", [{ lemma: "shrill", acoustic: true, callId }]);
	const side = (name: "high" | "low", texts: readonly string[]) => ({
		side: name,
		sentences: said(...texts),
		dropped: [],
	});
	const error = {
		name: "LanguageModelError",
		code: "refused",
		message: "the model refused",
	};
	store.putDescriptions(run, [
		{
			layer: "first",
			unit: 0,
			module: "summarize",
			outcome: {
				status: "described",
				output: {
					high: side("high", ["A loud bell rings.", "It is shrill."]),
					low: side("low", ["A bell."]),
				},
			},
		},
		{
			layer: "first",
			unit: 0,
			module: "summary-calibration",
			outcome: { status: "described", output: await calibratedAt(0.5) },
		},
		{
			layer: "first",
			unit: 0,
			module: "open-set-extraction",
			outcome: {
				status: "described",
				output: {
					adjectives: [{ lemma: "shrill", support: 0, acoustic: "yes" }],
					nouns: [],
					verbs: [],
					prepositions: [],
					negated: [],
					captionLength: 3,
					description: "It is shrill.",
				},
			},
			model,
			callIds: model.startsWith("none") ? [] : [callId],
		},
		...(["summarize", "summary-calibration"] as const).map((module) => ({
			layer: "first",
			unit: 1,
			module,
			outcome: { status: "failed", error } as const,
		})),
	]);
	store.finishRun(run, "incomplete", {}, {});
	return run;
}

const options = (store: Store, threshold: number) => ({
	store,
	run: "latest",
	threshold,
	toolVersion: "1.0.0",
	pid: 1,
	clock: () => 0,
});
const adjectivesOf = (store: Store, run: string) => {
	const { openSet } = store.readNeuron(run, "first", 0);
	return openSet?.status === "described"
		? openSet.output.adjectives.map(({ lemma, acoustic }) => [lemma, acoustic])
		: openSet;
};

describe("recalibrate", () => {
	test("strikes by the stored cosines at the new threshold, in a run of its own", async () => {
		const store = temporaryStore();
		const source = await sourceRun(store, "openai/m");
		const before = store.readNeuron(source, "first", 0);
		const calls = [...store.runCalls(source)].length;
		const { run, ...result } = await recalibrate(options(store, 0.9));
		expect(result).toMatchObject({
			source,
			resumed: false,
			complete: false,
			unjudged: ["loud"],
		});
		const after = store.readNeuron(run, "first", 0);
		expect(after.summaries).toEqual(before.summaries);
		expect(after.calibrated).toEqual({
			status: "described",
			output: await calibratedAt(0.9),
		});
		// What was struck at 0.5 is back, with the verdict that was paid for and one that nobody gave.
		expect(adjectivesOf(store, run)).toEqual([
			["loud", "unjudged"],
			["shrill", "yes"],
		]);
		expect([...store.runCalls(run)]).toHaveLength(calls);
		expect(store.readRun(run)).toMatchObject({
			source,
			status: "incomplete",
			resolved: {
				seed: 0,
				summaryCalibration: { method: "embeddings", threshold: 0.9 },
			},
			asPassed: { recalibrate: { run: source, threshold: 0.9 } },
		});
		expect(store.readNeuron(source, "first", 0)).toEqual(before);
	});

	test("what failed stays failed, what was skipped stays skipped", async () => {
		const store = temporaryStore();
		await sourceRun(store, "openai/m");
		const { run } = await recalibrate(options(store, 0.9));
		expect(store.readNeuron(run, "first", 1).calibrated).toMatchObject({
			status: "failed",
			error: {
				code: "summary_calibration_missing",
				message: "summary-calibration failed: the model refused",
			},
		});
		expect(store.readNeuron(run, "first", 2).calibrated).toMatchObject({
			status: "skipped",
			reason: "dead",
		});
	});

	test("nothing survives at -1, and that is said", async () => {
		const store = temporaryStore();
		await sourceRun(store, "openai/m");
		const { run } = await recalibrate(options(store, -1));
		const { calibrated, openSet } = store.readNeuron(run, "first", 0);
		expect(calibrated).toMatchObject({
			output: { status: "nothing_distinguishes" },
		});
		expect(openSet).toMatchObject({
			output: {
				adjectives: [],
				description: null,
				noDescription: "nothing_distinguishes",
			},
		});
	});

	test("the same again is the same run; another threshold is another; a recalibrated run can be recalibrated", async () => {
		const store = temporaryStore();
		const source = await sourceRun(store, "openai/m");
		const first = await recalibrate(options(store, 0.9));
		const again = await recalibrate({ ...options(store, 0.9), run: source });
		expect(again).toEqual({ ...first, resumed: true });
		const other = await recalibrate({ ...options(store, 0.8), run: source });
		expect(other.run).not.toBe(first.run);
		const back = await recalibrate({ ...options(store, 0.5), run: first.run });
		expect(back.source).toBe(first.run);
		const { calibrated } = store.readNeuron(back.run, "first", 0);
		expect(calibrated).toEqual(store.readNeuron(source, "first", 0).calibrated);
	});

	test("another state of the source is another run, however its counts look", async () => {
		const store = temporaryStore();
		const source = await sourceRun(store, "openai/m");
		const first = await recalibrate(options(store, 0.9));
		// It failed again, otherwise: as many failures as before.
		store.putDescriptions(source, [
			{
				layer: "first",
				unit: 1,
				module: "summary-calibration",
				outcome: {
					status: "failed",
					error: {
						name: "LanguageModelError",
						code: "rate_limited",
						message: "the server was busy",
					},
				},
			},
		]);
		const counts = (run: string) =>
			store.countStatuses(run).map(({ modules }) => modules.summarize);
		const second = await recalibrate({ ...options(store, 0.9), run: source });
		expect(counts(second.run)).toEqual(counts(first.run));
		expect(second).toMatchObject({ resumed: false });
		expect(second.run).not.toBe(first.run);
		expect(store.readNeuron(second.run, "first", 1).calibrated).toMatchObject({
			error: { message: "summary-calibration failed: the server was busy" },
		});
		expect(store.readNeuron(first.run, "first", 1).calibrated).toMatchObject({
			error: { message: "summary-calibration failed: the model refused" },
		});
	});

	test("has the evaluations of what was copied, also those made later, and keeps its own", async () => {
		const store = temporaryStore();
		const source = await sourceRun(store, "openai/m");
		store.putEvaluation(source, "last-layer", { top1: 1 });
		store.putEvaluation(source, "llm-check", { warnings: ["weak"] });
		// Of the source's calibrated summaries: not this run's.
		store.putEvaluation(source, "nearest-class", { summary: 1 });
		const { run } = await recalibrate(options(store, 0.9));
		const kept = {
			"last-layer": { top1: 1 },
			"llm-check": { warnings: ["weak"] },
		};
		expect(store.readEvaluations(run)).toEqual(kept);
		store.putEvaluation(source, "last-layer-table", { rows: [] });
		store.putEvaluation(run, "last-layer", { top1: 0.5 });
		await recalibrate({ ...options(store, 0.9), run: source });
		expect(store.readEvaluations(run)).toEqual({
			...kept,
			"last-layer": { top1: 0.5 },
			"last-layer-table": { rows: [] },
		});
	});

	test("interrupted before it begins, it leaves no run", async () => {
		const store = temporaryStore();
		const source = await sourceRun(store, "openai/m");
		await expect(
			recalibrate({ ...options(store, 0.9), signal: AbortSignal.abort() }),
		).rejects.toMatchObject({ code: "interrupted" });
		expect(store.listRuns().map(({ id }) => id)).toEqual([source]);
	});

	test("cut short while it copies, the same command goes on where it stopped", async () => {
		const store = temporaryStore();
		const source = startSampleRun(store, {
			resolved: { modules: ["summary-calibration"] },
			layers: ["first", "second"].map((name) => ({
				name,
				units: 300,
				pooling: "mean",
			})),
		});
		const output = await calibratedAt(0.5);
		const units = Array.from({ length: 300 }, (_, unit) => unit);
		for (const layer of ["first", "second"]) {
			store.putNeurons(
				source,
				units.map((unit) => sampleNeuron(layer, unit)),
			);
			store.putDescriptions(
				source,
				units.map((unit) => ({
					layer,
					unit,
					module: "summary-calibration",
					outcome: { status: "described", output },
				})),
			);
		}
		const neurons = () => store.listRuns().map((run) => run.neurons);
		const stop = new AbortController();
		const seen: number[] = [];
		await expect(
			recalibrate({
				...options(store, 0.9),
				signal: stop.signal,
				onProgress: ({ stage, done }) => {
					if (stage === "copy") seen.push(done);
					if (done === 300) stop.abort();
				},
			}),
		).rejects.toMatchObject({ code: "interrupted" });
		expect(seen).toEqual([0, 200, 300]);
		expect(neurons()).toEqual([300, 600]);
		const { id, status } = store.readRun("latest");
		expect(status).toBe("interrupted");
		const { complete, ...again } = await recalibrate(options(store, 0.9));
		expect(again).toMatchObject({ run: id, source, resumed: true });
		expect(complete).toBe(true);
		expect(neurons()).toEqual([600, 600]);
		const made = await calibratedAt(0.9);
		for (const [layer, unit] of [
			["first", 0],
			["second", 299],
		] as const) {
			const before = store.readNeuron(source, layer, unit);
			const after = store.readNeuron(id, layer, unit);
			expect(after.high).toEqual(before.high);
			expect(after.calibrated).toMatchObject({ output: made });
		}
	});

	test("the lexicon judges when it did for the source", async () => {
		const store = temporaryStore();
		await sourceRun(store, "none (lexicon)");
		const { run, unjudged } = await recalibrate(options(store, 0.9));
		expect(adjectivesOf(store, run)).toEqual([
			["loud", "yes"],
			["shrill", "yes"],
		]);
		expect(unjudged).toEqual([]);
		expect([...store.runCalls(run)]).toEqual([]);
	});

	test("asks a language model for the words nobody judged, when told to, and once", async () => {
		const store = temporaryStore();
		const source = await sourceRun(store, "openai/m");
		const asked: string[] = [];
		const model = createScriptedModel({
			calls: store,
			answer: ({ messages }) => {
				asked.push(messages.at(-1)?.content ?? "");
				return { words: [{ word: "loud", acoustic: true }] };
			},
		});
		const prompt = promptNamed(await loadPrompts(), "acoustic-filter");
		const ask = { model, prompt, judge: "judge" };
		const { run, unjudged } = await recalibrate({
			...options(store, 0.9),
			ask,
		});
		expect(asked).toEqual(["Words:\n- loud"]);
		expect(unjudged).toEqual([]);
		expect(adjectivesOf(store, run)).toEqual([
			["loud", "yes"],
			["shrill", "yes"],
		]);
		expect([...store.runCalls(run)].map(({ operation }) => operation)).toEqual([
			"acoustic-filter",
			"acoustic-filter",
		]);
		await recalibrate({ ...options(store, 0.95), run: source, ask });
		expect(asked).toHaveLength(1);
	});

	test("a word that was judged since is no longer unjudged: another run, and then the same again", async () => {
		const store = temporaryStore();
		const source = await sourceRun(store, "openai/m");
		const first = await recalibrate(options(store, 0.9));
		expect(first.unjudged).toEqual(["loud"]);
		store.putJudgements("somebody else", [
			{ lemma: "loud", acoustic: false, callId: null },
		]);
		const again = { ...options(store, 0.9), run: source };
		expect(await recalibrate(again)).toEqual({ ...first, resumed: true });
		const [callId] = [...store.runCalls(source)].map(({ id }) => id);
		store.putJudgements("judge", [
			{ lemma: "loud", acoustic: true, callId: callId ?? null },
		]);
		const second = await recalibrate(again);
		expect(second).toMatchObject({ resumed: false, unjudged: [] });
		expect(adjectivesOf(store, second.run)).toEqual([
			["loud", "yes"],
			["shrill", "yes"],
		]);
		// The first is left as it was, not as one that is being worked on.
		expect(store.readRun(first.run).status).toBe("incomplete");
		expect(adjectivesOf(store, first.run)).toEqual([
			["loud", "unjudged"],
			["shrill", "yes"],
		]);
		expect(await recalibrate(again)).toEqual({ ...second, resumed: true });
	});

	test("a model that is asked where the lexicon judged is named as the one who judged", async () => {
		const store = temporaryStore();
		await sourceRun(store, "none (lexicon)");
		const model = createScriptedModel({
			calls: store,
			answer: () => ({
				words: ["loud", "shrill"].map((word) => ({ word, acoustic: true })),
			}),
		});
		const prompt = promptNamed(await loadPrompts(), "acoustic-filter");
		const { run } = await recalibrate({
			...options(store, 0.9),
			ask: { model, prompt, judge: "another judge" },
		});
		expect(
			store
				.readNeuron(run, "first", 0)
				.provenance.find(({ module }) => module === "open-set-extraction"),
		).toMatchObject({ model: "scripted/scripted", promptHash: prompt.hash });
	});

	test("a word that was asked about in vain fails its neuron; it is no verdict", async () => {
		const store = temporaryStore();
		await sourceRun(store, "openai/m");
		const model = createScriptedModel({ answer: () => ({ words: [] }) });
		const prompt = promptNamed(await loadPrompts(), "acoustic-filter");
		const { run, complete } = await recalibrate({
			...options(store, 0.9),
			ask: { model, prompt, judge: "judge" },
		});
		expect(complete).toBe(false);
		expect(store.readNeuron(run, "first", 0).openSet).toMatchObject({
			status: "failed",
			error: { code: "reply_invalid" },
		});
	});

	test.each([Number.NaN, 1.01, -2])(
		"refuses the threshold %d",
		async (threshold) => {
			const store = temporaryStore();
			await sourceRun(store, "openai/m");
			await expect(
				recalibrate(options(store, threshold)),
			).rejects.toMatchObject({
				code: "threshold_invalid",
			});
		},
	);

	test("refuses a run without calibrated summaries, and one that is not there", async () => {
		const store = temporaryStore();
		startSampleRun(store, { resolved: { modules: ["closed-set"] } });
		await expect(recalibrate(options(store, 0.9))).rejects.toMatchObject({
			code: "not_calibrated",
		});
		await expect(
			recalibrate({ ...options(store, 0.9), run: "other" }),
		).rejects.toMatchObject({ code: "run_unknown" });
		expect(store.listRuns()).toHaveLength(1);
	});
});
