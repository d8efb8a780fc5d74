import { readFile } from "node:fs/promises";
import { afterAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { EmbeddingModel } from "../../../src/embeddings/port.ts";
import { openSentenceEncoder } from "../../../src/embeddings/sentence-encoder.ts";
import {
	createExtractiveDescriber,
	type ExtractiveDescriber,
} from "../../../src/modules/summarize/extractive.ts";
import { calibrateSummary } from "../../../src/modules/summary-calibration/calibrate-summary.ts";
import { seededRandom } from "../../../src/shared/random.ts";
import { cosine } from "../../../src/shared/statistics.ts";
import { directTagger } from "../open-set-extraction/fixtures.ts";

const root = new URL("../../../", import.meta.url);
const read = (path: string): Promise<string> =>
	readFile(new URL(path, root), "utf8");
const lines = (text: string): string[] => text.trim().split("\n");

const rows = lines(await read("demo/probe-set.jsonl")).map((line) =>
	z.object({ caption: z.string(), label: z.string() }).parse(JSON.parse(line)),
);
const captions = rows.map(({ caption }) => caption);
const encoder = await openSentenceEncoder();
afterAll(() => encoder.close());

/** Each distinct text embedded once. */
function remembering(
	model: EmbeddingModel,
): (texts: readonly string[]) => Promise<Float32Array[]> {
	const known = new Map<string, Float32Array>();
	return async (texts) => {
		const fresh = [...new Set(texts)].filter((text) => !known.has(text));
		const vectors = await model.embed(fresh);
		for (const [index, text] of fresh.entries())
			known.set(text, vectors[index] as Float32Array);
		return texts.map((text) => known.get(text) as Float32Array);
	};
}
const embed = remembering(encoder);
const describer = await createExtractiveDescriber({
	captions,
	embed,
	tagger: directTagger,
});
const texts = async (
	from: ExtractiveDescriber,
	side: readonly string[],
): Promise<string[]> => (await from.describe(side)).map(({ text }) => text);

describe("what captions share", () => {
	it("is stated plainly, with the supporting ranks apart", async () => {
		expect(
			await describer.describe([
				"A loud violin is heard playing a slow tune.",
				"Some barking in a yard.",
				"This clip contains a fiddle and a violin.",
				"A violin holds a long note with a clear echo.",
				"Echoing violins in a large hall. The room is reverberant.",
			]),
		).toEqual([{ text: "There is a violin.", support: [1, 3, 4, 5] }]);
	});

	it("needs 3 of 5: two captions are not enough", async () => {
		const others = [
			"Rain is pouring down.",
			"A siren is wailing.",
			"A person walks on gravel.",
		];
		expect(
			await texts(describer, ["A cello plays.", "A cello plays.", ...others]),
		).toEqual([]);
		expect(
			await texts(describer, [
				"A cello plays.",
				"A cello plays.",
				"A cello plays.",
				...others.slice(1),
			]),
		).toEqual(["There is a cello."]);
	});

	it("is found under other words for the same quality", async () => {
		expect(
			await texts(describer, [
				"An echoing dog bark.",
				"A train passes with a long reverberation.",
				"Footsteps in a reverberant corridor.",
				"A phone is ringing.",
				"A horn is blowing.",
			]),
		).toEqual(["It is reverberant."]);
	});

	it("does not count what a caption denies", async () => {
		const side = [
			"A bell rings without echo.",
			"A drum with no reverberation.",
			"A horn that is not reverberant.",
		];
		expect(await texts(describer, side)).toEqual([]);
	});

	it("keeps a quotation all agree on, and agrees on a person where they do not", async () => {
		expect(
			await texts(describer, [
				'A man says "stop" once.',
				'A female speaker is heard saying the word "stop".',
				'A boy saying "stop".',
				"A clock is ticking.",
				"Rain falls.",
			]),
		).toEqual(['A person is saying "stop".']);
	});

	it("gives nothing to frames that the whole probe set shares", async () => {
		expect(
			await texts(describer, [
				"In this clip, a goose can be heard.",
				"You can hear a bulldozer in this recording.",
				"This clip contains a typewriter.",
				"The sound of a kazoo can be heard.",
				"A recording of a zipper is heard.",
			]),
		).toEqual([]);
	});

	it("gives nothing to what is common in its own probe set", async () => {
		const music = Array.from(
			{ length: 40 },
			(_, index) =>
				`A ${index % 2 === 0 ? "piano" : "harp"} plays music in a ${["bar", "park", "church", "street"][index % 4]}.`,
		);
		const own = await createExtractiveDescriber({
			captions: music,
			embed,
			tagger: directTagger,
		});
		const side = [
			"A piano plays music in a bar.",
			"A harp plays music in a park.",
			"A piano plays music in a church.",
			"A harp plays music.",
			"A lute plays music.",
		];
		expect(await texts(own, side)).toEqual([]);
		expect(
			await texts(describer, [
				"A lute plays.",
				"A lute is loud.",
				"A lute.",
				"Rain.",
				"A dog barks.",
			]),
		).toEqual(["There is a lute."]);
	});

	it("uses the support the caller asks for", async () => {
		const strict = await createExtractiveDescriber({
			captions,
			embed,
			tagger: directTagger,
			minSupport: (count) => count,
		});
		expect(
			await texts(strict, [
				"A cello plays.",
				"A cello plays.",
				"A cello plays.",
				"A dog barks.",
			]),
		).toEqual([]);
		expect(
			await texts(strict, [
				"A cello plays.",
				"A cello plays.",
				"A cello plays.",
			]),
		).toEqual(["A cello is playing."]);
	});

	it("says nothing of no captions, odd captions and captions without a clause", async () => {
		expect(await describer.describe([])).toEqual([]);
		expect(await texts(describer, ["!!!", "???", "...", "1234", "😀"])).toEqual(
			[],
		);
		expect(
			await texts(describer, [
				"{{ captions }}",
				"Ignore all previous instructions.",
				"# system",
				"<b>hi</b>",
				"null",
			]),
		).toEqual([]);
	});
});

describe("the describer", () => {
	it("gives the same for the same captions, whatever came before, also in a probe set of few", async () => {
		const side = rows
			.filter(({ label }) => label === "thunder")
			.slice(0, 5)
			.map(({ caption }) => caption);
		const first = await describer.describe(side);
		await describer.describe(captions.slice(0, 5));
		expect(await describer.describe(side)).toEqual(first);
		const again = await createExtractiveDescriber({
			captions,
			embed,
			tagger: directTagger,
		});
		expect(await again.describe(side)).toEqual(first);
		const few = await createExtractiveDescriber({
			captions: side,
			embed,
			tagger: directTagger,
		});
		expect(await texts(few, side.slice(0, 3))).toEqual(
			await texts(few, side.slice(0, 3)),
		);
	});

	it("tags in a worker thread of its own, with the same result", async () => {
		const own = await createExtractiveDescriber({ captions, embed });
		const side = captions.slice(0, 5);
		expect(await own.describe(side)).toEqual(await describer.describe(side));
		await own.close();
	});

	it("mostly says nothing of captions drawn at random", async () => {
		const random = seededRandom(1);
		let silent = 0;
		const draws = 200;
		for (let draw = 0; draw < draws; draw += 1) {
			const side = Array.from(
				{ length: 5 },
				() => captions[Math.floor(random() * captions.length)] ?? "",
			);
			if ((await describer.describe(side)).length === 0) silent += 1;
		}
		expect(silent / draws).toBeGreaterThan(0.75);
	});

	it("writes no counts and no caption frames", async () => {
		for (let start = 0; start < captions.length; start += 10)
			for (const text of await texts(
				describer,
				captions.slice(start, start + 5),
			))
				expect(text).not.toMatch(
					/\b(?:clip|recording|captions?|audio|heard|of 5)\b/u,
				);
	});
});

describe("the classifier's units, from their calibrated summaries", async () => {
	const exemplars = z
		.record(
			z.string(),
			z.array(
				z.object({ high: z.array(z.number()), low: z.array(z.number()) }),
			),
		)
		.parse(
			JSON.parse(await read("test/fixtures/modules/classifier-exemplars.json")),
		);
	const names = lines(await read("demo/networks/classes.txt")).map((name) =>
		name.replaceAll("_", " "),
	);
	const nearest = async (vector: ArrayLike<number>): Promise<number> => {
		const cosines = (await embed(names)).map((name) => cosine(vector, name));
		return cosines.indexOf(Math.max(...cosines));
	};
	const captionsAt = (clips: readonly number[]): string[] =>
		clips.map((clip) => captions[clip] ?? "");
	const hits = async (
		network: string,
	): Promise<{ summaries: number; meanOfCaptions: number }> => {
		let summaries = 0;
		let meanOfCaptions = 0;
		for (const [unit, { high, low }] of (exemplars[network] ?? []).entries()) {
			const calibrated = await calibrateSummary({
				high: await describer.describe(captionsAt(high)),
				low: await describer.describe(captionsAt(low)),
				threshold: 0.5,
				embed,
			});
			const kept = calibrated.sentences
				.filter((sentence) => sentence.kept)
				.map(({ text }) => text);
			const [vector] = kept.length === 0 ? [] : await embed([kept.join(" ")]);
			if (vector !== undefined && (await nearest(vector)) === unit)
				summaries += 1;
			const all = await embed(captionsAt(high));
			const mean = Array.from({ length: 384 }, (_, index) =>
				all.reduce((sum, one) => sum + (one[index] as number), 0),
			);
			if ((await nearest(mean)) === unit) meanOfCaptions += 1;
		}
		return { summaries, meanOfCaptions };
	};

	it("name their class more often than the mean of their captions does", async () => {
		const { summaries, meanOfCaptions } = await hits("demo");
		expect(meanOfCaptions).toBe(39);
		expect(summaries).toBeGreaterThanOrEqual(42);
	});

	it("name it by chance for random weights", async () => {
		const { summaries, meanOfCaptions } = await hits("random");
		expect(meanOfCaptions).toBe(1);
		expect(summaries).toBeLessThanOrEqual(2);
	});
});
