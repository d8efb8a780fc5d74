import { afterAll, describe, expect, it } from "vitest";
import { createTagger } from "../../../src/modules/open-set-extraction/tagger.ts";
import { lexicon, wordsOf } from "./fixtures.ts";

const tagger = createTagger(lexicon);
afterAll(() => tagger.close());

describe("createTagger", () => {
	it("gives what tagging in this thread gives, in order, with repeated and empty sentences", async () => {
		const sentences = ["It is loud.", "", "A dog barks.", "It is loud."];
		expect(await tagger.tag(sentences)).toEqual(sentences.map(wordsOf));
	});

	it("tags a sentence once: the same words come back", async () => {
		const [first] = await tagger.tag(["Rain falls."]);
		const [second] = await tagger.tag(["Rain falls."]);
		expect(second).toBe(first);
	});

	it("answers many requests at once", async () => {
		const sentences = Array.from(
			{ length: 20 },
			(_, index) => `Bell number ${index} rings.`,
		);
		const replies = await Promise.all(
			sentences.map((sentence) => tagger.tag([sentence])),
		);
		expect(replies.map(([words]) => words)).toEqual(sentences.map(wordsOf));
	});

	it("fails what is pending when closed, and opens again when asked", async () => {
		const own = createTagger(lexicon);
		const pending = own.tag(["A bell rings."]);
		await Promise.all([
			own.close(),
			expect(pending).rejects.toThrow("worker thread ended"),
		]);
		expect(await own.tag(["A bell rings."])).toEqual([
			wordsOf("A bell rings."),
		]);
		await own.close();
	});

	it("tags many sentences in the worker, in order, and lets this thread work meanwhile", async () => {
		const own = createTagger(lexicon);
		const sentences = Array.from(
			{ length: 300 },
			(_, index) => `Drum number ${index} plays, not loud.`,
		);
		let turns = 0;
		const timer = setInterval(() => {
			turns += 1;
		}, 1);
		const tagged = await own.tag(sentences);
		clearInterval(timer);
		expect(turns).toBeGreaterThan(0);
		expect(tagged.map((words) => words[2]?.text)).toEqual(
			sentences.map((_, index) => String(index)),
		);
		await own.close();
	});

	it("asked for nothing, starts no thread", async () => {
		const own = createTagger(lexicon);
		expect(await own.tag([])).toEqual([]);
		await own.close();
	});
});
