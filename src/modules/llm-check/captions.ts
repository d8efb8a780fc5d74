/** The quiz's clips, from the demo, captioned as `audio-dissect caption` does. */
import { readFile } from "node:fs/promises";
import type { LanguageModel } from "../../llm/port.ts";
import { sha256 } from "../../shared/hash.ts";
import { packageFile } from "../../shared/package.ts";
import {
	type CaptionPrompt,
	captionClips,
} from "../captioner/caption-clips.ts";
import type { Tagger } from "../open-set-extraction/tagger.ts";
import type { Attempt } from "./attempt.ts";
import { shuffledGuessing } from "./guessing.ts";
import { readSaid, says } from "./names.ts";
import type { Quiz } from "./quiz.ts";
import { type QuizScore, scoreOf } from "./score.ts";

type Clip = Quiz["clips"][number];

export type AskedClip = {
	readonly clip: Clip;
	readonly attempt: Attempt<{
		readonly text: string;
		readonly callIds: readonly number[];
	}>;
};

/** How clips are sent: Hz, and the seconds that are sent at most. */
export type HeardAs = {
	readonly sampleRate: number;
	readonly seconds: number;
};

/** Codes of calls that were put aside, or that the budget has no room for. */
const WAITING = ["call_deferred", "budget_reached"];

/** Asks for one caption of every clip, with the real prompt. Throws what would hit every call, as `captionClips` does. */
export async function askCaptions(options: {
	readonly quiz: Quiz;
	readonly model: LanguageModel;
	readonly prompt: CaptionPrompt;
	readonly heard: HeardAs;
	readonly concurrency: number;
	readonly signal?: AbortSignal | undefined;
}): Promise<readonly AskedClip[]> {
	const { quiz, heard, ...asked } = options;
	const clips = await Promise.all(
		quiz.clips.map(async ({ clip }) => {
			const path = packageFile(`demo/clips/${clip}.flac`);
			return { id: clip, path, hash: sha256(await readFile(path)) };
		}),
	);
	const { sampleRate, seconds } = heard;
	const { captions, missing } = await captionClips({
		...asked,
		sampleRate,
		seconds,
		clips,
		samples: 1,
	});
	const written = new Map(captions.map((one) => [one.clip, one]));
	const failed = new Map(missing.map(({ clip, code }) => [clip, code]));
	return quiz.clips.map((clip): AskedClip => {
		const answer = written.get(clip.clip);
		if (answer !== undefined) return { clip, attempt: { answer } };
		const code = failed.get(clip.clip) ?? "";
		return {
			clip,
			attempt: WAITING.includes(code) ? { waits: true } : { failed: code },
		};
	});
}

/** A right caption names what is heard. Guesses are the same captions handed to other clips. */
export async function gradeCaptions(
	asked: readonly AskedClip[],
	tagger: Tagger,
): Promise<QuizScore> {
	const read = await Promise.all(
		asked.map(async ({ clip, attempt }) => ({
			clip,
			said:
				"answer" in attempt
					? await readSaid([attempt.answer.text], tagger)
					: null,
		})),
	);
	const answered = read.flatMap(({ clip, said }) =>
		said === null ? [] : [{ clip, said }],
	);
	return scoreOf(
		"caption",
		read.map(({ clip, said }) =>
			said === null ? null : says(said, clip.names),
		),
		shuffledGuessing(answered, answered, ({ clip }, { said }) =>
			says(said, clip.names),
		),
	);
}
