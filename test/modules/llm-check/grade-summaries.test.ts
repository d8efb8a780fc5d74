import { describe, expect, it } from "vitest";
import type { Attempt } from "../../../src/modules/llm-check/attempt.ts";
import { gradeSummaries } from "../../../src/modules/llm-check/grade-summaries.ts";
import { loadQuiz } from "../../../src/modules/llm-check/quiz.ts";
import { directTagger } from "../open-set-extraction/fixtures.ts";

const quiz = await loadQuiz();

/** Scores by task of summaries by set id; the other sets are left out. */
async function grade(
	summaries: Readonly<Record<string, readonly string[] | "failed">>,
) {
	const asked = quiz.summaries.flatMap((set) => {
		const sentences = summaries[set.id];
		if (sentences === undefined) return [];
		const attempt: Attempt<{
			sentences: readonly string[];
			callIds: readonly number[];
		}> =
			sentences === "failed"
				? { failed: "reply_empty" }
				: { answer: { sentences, callIds: [1] } };
		return [{ set, attempt }];
	});
	const scores = await gradeSummaries(asked, quiz, directTagger);
	return Object.fromEntries(scores.map((score) => [score.task, score]));
}

describe("gradeSummaries", () => {
	it.each([
		["rain", "Water is pouring down in a heavy shower."],
		["rain", "A downpour drums on the ground."],
		["rain", "There is no thunder, only rain."],
		["violin", "A single bowed string instrument holds a note."],
		["violin", "One note is played on a fiddle."],
		["siren", "An alarm wails on an emergency vehicle's roof."],
		["helicopter", "The rotor of an aircraft beats the air."],
		["helicopter", "Choppers fly over."],
		["mostly-thunder", "A storm rumbles in the sky."],
		["mostly-applause", "An ovation by many people."],
		["all-muffled", "The sounds are muffled."],
		["all-echo", "Everything rings in a large hall."],
	])(
		"%s: another word for what is there is not made up: %s",
		async (set, sentence) => {
			const { supported, invented } = await grade({ [set]: [sentence] });
			expect([supported?.right, invented?.right]).toEqual([
				supported?.of,
				invented?.of,
			]);
		},
	);

	it.each([
		["rain", "Rain falls and a dog barks.", 0],
		["rain", "Rain falls on a car.", 0],
		["violin", "A violin plays with a piano.", 0],
		["siren", "A siren and people who talk.", 0],
		["helicopter", "A helicopter flies and a bell rings.", 0],
		// The trumpet is in one caption: told as shared, and not made up.
		["mostly-thunder", "Thunder and a trumpet.", 1],
		["all-muffled", "A muffled guitar plays.", 1],
	])(
		"%s: what few or no clips have is noticed: %s",
		async (set, sentence, known) => {
			const { supported, invented } = await grade({ [set]: [sentence] });
			expect(supported).toMatchObject({ right: 0, of: 1 });
			expect(invented).toMatchObject({ right: known, of: 1 });
		},
	);

	it("a detail of one clip told as shared is not supported, though it is in a caption", async () => {
		const honest = await grade({ "mostly-thunder": ["Thunder rumbles."] });
		expect(honest.names).toMatchObject({ right: 1, of: 1 });
		expect(honest.supported).toMatchObject({ right: 1, of: 1 });
		const detail = await grade({
			"mostly-thunder": ["Thunder rumbles.", "A trumpet sounds one note."],
		});
		expect(detail.names).toMatchObject({ right: 1, of: 1 });
		expect(detail.supported).toMatchObject({ right: 0, of: 1 });
		const invented = await grade({ "mostly-thunder": ["A dog barks."] });
		expect(invented.names).toMatchObject({ right: 0, of: 1 });
		expect(invented.supported).toMatchObject({ right: 0, of: 1 });
	});

	it("a word inside another is not that word", async () => {
		const { names } = await grade({ rain: ["A train of brainy terrain."] });
		expect(names).toMatchObject({ right: 0, of: 1 });
	});

	it("chance is the mean over all pairs of set and summary", async () => {
		const { names, nothing } = await grade({
			rain: ["Rain falls outdoors."],
			violin: ["A violin plays."],
			"random-1": [],
			"random-2": ["A piano plays."],
		});
		// Each of two summaries fits one of two sets; one of four summaries has no sentence.
		expect(names).toMatchObject({ right: 2, of: 2, chance: 0.5 });
		expect(nothing).toMatchObject({ right: 1, of: 2, chance: 0.25 });
	});

	it("a failed call is no empty summary", async () => {
		const { nothing, supported } = await grade({
			"random-1": "failed",
			"random-2": [],
		});
		expect(nothing).toMatchObject({ right: 1, of: 1, failed: 1 });
		expect(supported).toMatchObject({ of: 0, failed: 1, value: null });
	});
});
