/** Values the tests of the store write. */
import type {
	CalibratedSummary,
	CallRecord,
	ClosedSetResult,
	ErrorRecord,
	OpenSetResult,
	Summary,
} from "../../src/types.ts";

export function sampleCall(changes: Partial<CallRecord> = {}): CallRecord {
	return {
		key: "key",
		operation: "summarize",
		provider: "openai",
		baseUrl: "http://localhost:1/v1",
		model: "small",
		request: { messages: [{ role: "user", content: "Rain?" }] },
		sampleIndex: 0,
		outcome: "ok",
		reply: '{"sentences":["Rain falls."]}',
		finishReason: "stop",
		requestId: "request-1",
		httpStatus: 200,
		inputTokens: 12,
		outputTokens: null,
		milliseconds: 12.5,
		error: null,
		...changes,
	};
}

export const FAILURE: ErrorRecord = {
	name: "LanguageModelError",
	code: "refused",
	message: "the model refused",
	hint: "Change the prompt.",
	evidence: { status: 200, raw: "I cannot" },
};

export const CLOSED_SET: ClosedSetResult = {
	method: "db",
	function: "cos-cubed",
	ranked: [
		{ concept: "Water_drops", score: 0.75 },
		{ concept: "rain", score: 0.5 },
	],
	margin: 0.25,
	null: { permutations: 200, seed: 0, p95: 0.3 },
	aboveNull: true,
};

const HIGH: Summary = {
	side: "high",
	sentences: [{ text: "Rain falls.", support: [1, 2, 3] }],
	dropped: [{ text: "Sure, here", reason: "junk" }],
};

export const SUMMARIES: { high: Summary; low: Summary } = {
	high: HIGH,
	low: { side: "low", sentences: [{ text: "A dog barks." }], dropped: [] },
};

export const CALIBRATED: CalibratedSummary = {
	status: "calibrated",
	threshold: 0.5,
	sentences: [
		{
			text: "Rain falls.",
			kept: true,
			support: [1, 2, 3],
			cosine: 0.25,
			nearestLow: "A dog barks.",
		},
		{ text: "It is wet.", kept: false, cosine: null, nearestLow: null },
	],
	low: [{ text: "A dog barks." }],
};

export const OPEN_SET: OpenSetResult = {
	adjectives: [
		{ lemma: "wet", support: 2, acoustic: "yes" },
		{ lemma: "green", support: 1, acoustic: "no" },
	],
	nouns: [{ lemma: "rain", support: 3 }],
	verbs: [{ lemma: "fall", support: 3 }],
	prepositions: [{ lemma: "on", support: 1 }],
	negated: ["loud"],
	captionLength: 2,
	description: "Rain falls.",
};
