import { describe, expect, it } from "vitest";
import type { NeuronView } from "../../../src/analysis/report/source.ts";
import { conceptOf, verdictOf } from "../../../src/analysis/report/verdict.ts";
import type {
	CalibratedSummary,
	ModuleName,
	TriageEvidence,
} from "../../../src/types.ts";
import { neuronView } from "./fixture.ts";

const all: ReadonlySet<ModuleName> = new Set([
	"closed-set",
	"summarize",
	"summary-calibration",
	"open-set-extraction",
]);

function calibrated(options: Partial<CalibratedSummary>): NeuronView {
	return neuronView({
		calibrated: {
			status: "described",
			output: {
				status: "calibrated",
				threshold: 0.5,
				sentences: [],
				low: [],
				...options,
			},
		},
	});
}

describe("verdictOf", () => {
	it("gives the description of module C", () => {
		expect(verdictOf(neuronView(), all)).toEqual({
			state: "calibrated",
			sentence: "Rain falls steadily.",
			found: true,
		});
	});

	it("falls back to the first kept sentence when module C was not asked for", () => {
		const view = neuronView({ openSet: null });
		const modules = new Set(all);
		modules.delete("open-set-extraction");
		expect(verdictOf(view, modules).sentence).toBe("Rain falls steadily.");
		expect(verdictOf(view, all).state).toBe("pending");
	});

	it.each([
		[
			"nothing_distinguishes",
			"Nothing distinguishes its top clips from its bottom clips.",
		],
		["high_empty", "Its high clips share nothing that could be named."],
	] as const)("says %s in plain words", (status, sentence) => {
		expect(verdictOf(calibrated({ status }), all)).toEqual({
			state: status,
			sentence,
			found: false,
		});
	});

	it.each([
		[
			{ reason: "dead", evidence: { value: 0, clips: 480 } },
			"Dead: its activation is 0 for all 480 clips.",
		],
		[
			{ reason: "constant", evidence: { value: -0.25, clips: 480 } },
			"Constant: all 480 clips give −0.2500.",
		],
		[
			{ reason: "non_finite", evidence: { nonFinite: 3, clips: 480 } },
			"Not finite: 3 of 480 clips give NaN or infinity.",
		],
	] as const)("says why it was skipped: %o", (status, sentence) => {
		const view = neuronView({ status: { status: "skipped", ...status } });
		expect(verdictOf(view, all).sentence.replaceAll("\u00A0", " ")).toBe(
			sentence,
		);
		expect(verdictOf(view, all).state).toBe("skipped");
	});

	it("puts a failure before everything but a skip", () => {
		const error = {
			name: "LanguageModelError",
			code: "refused",
			message: "the model refused",
		};
		const view = neuronView({ summaries: { status: "failed", error } });
		expect(verdictOf(view, all)).toEqual({
			state: "failed",
			sentence: "Failed in summarize: the model refused",
			found: false,
		});
	});
});

describe("conceptOf", () => {
	it("tells fit, no fit, no null and absence apart", () => {
		const kinds = [true, false, null].map((aboveNull) => {
			const { closedSet } = neuronView();
			if (
				closedSet?.status !== "described" ||
				closedSet.output.method === "icl"
			)
				throw new Error("fixture");
			return conceptOf(
				neuronView({
					closedSet: {
						...closedSet,
						output: { ...closedSet.output, aboveNull },
					},
				}),
				all,
			).kind;
		});
		expect(kinds).toEqual(["fits", "none_fits", "no_null"]);
		expect(conceptOf(neuronView({ closedSet: null }), all)).toEqual({
			kind: "absent",
			why: "not reached",
		});
		expect(conceptOf(neuronView({ closedSet: null }), new Set())).toEqual({
			kind: "absent",
			why: "not part of this run",
		});
	});

	it("takes the language model at its word, also when it names nothing", () => {
		const named = { concept: "rain", score: null };
		const asked = (noneFits: boolean, ranked: readonly (typeof named)[]) =>
			conceptOf(
				neuronView({
					closedSet: {
						status: "described",
						output: {
							method: "icl",
							function: null,
							ranked,
							margin: null,
							noneFits,
							noneScore: null,
							shortlist: null,
						},
					},
				}),
				all,
			);
		const fits = { concept: "rain", score: null, p95: null };
		expect(asked(false, [named])).toEqual({ kind: "fits", ...fits });
		expect(asked(true, [named])).toEqual({ kind: "none_fits", ...fits });
		expect(asked(true, [])).toEqual({
			kind: "none_fits",
			concept: null,
			score: null,
			p95: null,
		});
	});
});

describe("a neuron that triage left out", () => {
	const left = (
		below: string,
		more: Partial<TriageEvidence> = {},
	): NeuronView => {
		const triage = {
			firingRate: 0.025,
			clarity: 0.31,
			percentile: 0.4,
			nullMean: 0.33,
			nullP95: 0.43,
			below,
			...more,
		};
		const skipped = {
			status: "skipped",
			reason: "not_describable",
			evidence: triage,
		} as const;
		return neuronView({
			status: { status: "ok", marks: ["not_describable"], triage },
			summaries: skipped,
			calibrated: skipped,
			openSet: skipped,
		});
	};

	it.each([
		[
			"clarity",
			{},
			"Not describable: the captions of its high clips are more alike than those of 40.0 % of random sets.",
		],
		[
			"firing_rate",
			{ bar: { minimumFiringRate: 0.1, minimumClarity: 0.5 } },
			"Not describable: it is above 0 for 2.5 % of the clips (the bar is 10.0 %).",
		],
		[
			"firing_rate and clarity",
			{ by: "audio", bar: { minimumFiringRate: 0.1, minimumClarity: 0.5 } },
			"Not describable: the sounds of its high clips are more alike than those of 40.0 % of random sets (the bar is 50.0 %); it is above 0 for 2.5 % of the clips (the bar is 10.0 %).",
		],
	] as const)(
		"below %s, %j: says so with what was seen",
		(below, more, sentence) => {
			expect(verdictOf(left(below, more), all)).toEqual({
				state: "left_out",
				sentence,
				found: false,
			});
		},
	);

	it("keeps its closed-set concept", () => {
		expect(conceptOf(left("clarity"), all)).toMatchObject({
			kind: "fits",
			concept: "rain",
		});
	});
});
