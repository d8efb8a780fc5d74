/** What captions would take before any is asked for: calls, tokens of text and sound, price. */
import type { DeferredCall } from "../llm/ask.ts";
import { dearest, type Prices, priced, type Tokens } from "../llm/prices.ts";
import { mostSeconds } from "../llm/token-estimate.ts";
import type { Store } from "../store/store.ts";

export type CaptionEstimate = {
	readonly calls: number;
	/** Input tokens of the prompts, estimated: UTF-8 bytes / 3, rather too many. */
	readonly textTokens: number;
	/** Input tokens of the sounds: by the mean length of some of the clips, and when each is as long as a clip may be. Null: see `noAudioTokens`. */
	readonly audioTokens: {
		readonly expected: number;
		readonly most: number;
	} | null;
	readonly noAudioTokens: string | null;
	readonly outputTokens: number;
	readonly outputPerCall: {
		readonly tokens: number;
		/** `stored`: the mean of the captions in the store; `assumed`: there are none. */
		readonly from: "stored" | "assumed";
	};
	/** US dollars expected; null: see `reason`. */
	readonly usd: number | null;
	/** US dollars when every clip and every reply is as long as it may be. */
	readonly usdAtMost: number | null;
	readonly reason: string | null;
	/** Day of the price table, YYYY-MM-DD; null: no price. */
	readonly priceDay: string | null;
};

/** Tokens of a caption when the store has none to go by. */
const ASSUMED_OUTPUT = 40;

/** Clips that are decoded to learn how long they are. */
const SAMPLE = 50;

/** Bytes of the header of a WAV file, and of a sample in it. */
const WAV_HEADER = 44;
const WAV_SAMPLE = 2;

/** Of calls that were put aside, all of one model. `sampleRate`: of the WAV files they send, Hz. */
export async function estimateCaptions(options: {
	readonly calls: readonly DeferredCall[];
	readonly prices: Prices;
	readonly store: Pick<Store, "meanOutputTokens">;
	readonly sampleRate: number;
}): Promise<CaptionEstimate | null> {
	const { calls, prices, store } = options;
	const [first] = calls;
	if (first === undefined) return null;
	const model = first.identity;
	const answer = prices.of(model);
	const rate = answer.price?.audioTokensPerSecond ?? null;
	const mean = store.meanOutputTokens({ operation: "caption", ...model });
	const perCall = mean ?? ASSUMED_OUTPUT;
	const textTokens = sum(calls.map(({ worst }) => worst.input));
	const most = sum(calls.map(({ call }) => mostSeconds(call) ?? 0));
	const expected =
		(await meanSeconds(calls, options.sampleRate)) * calls.length;
	const tokens = (seconds: number, output: number): Tokens => {
		const audio = Math.ceil(seconds * (rate ?? 0));
		return { input: textTokens + audio, audio, output };
	};
	const usual = tokens(expected, Math.ceil(perCall * calls.length));
	const longest = tokens(most, sum(calls.map(({ worst }) => worst.output)));
	// A model that costs nothing costs nothing for sounds either, however many tokens they are.
	const second = priced(answer, model, { input: 1, output: 0, audio: 1 });
	const noAudioTokens =
		rate === null
			? `how many tokens a second of sound takes is not known for ${model.model} at ${model.baseUrl} (audioTokensPerSecond in a price table)`
			: null;
	const reason = second.reason ?? (second.usd === 0 ? null : noAudioTokens);
	const cost = (used: Tokens): number | null =>
		reason === null ? priced(answer, model, used).usd : null;
	return {
		calls: calls.length,
		textTokens,
		audioTokens:
			rate === null
				? null
				: { expected: usual.audio ?? 0, most: longest.audio ?? 0 },
		noAudioTokens,
		outputTokens: usual.output,
		outputPerCall: {
			tokens: Math.round(perCall),
			from: mean === null ? "assumed" : "stored",
		},
		usd: cost(usual),
		usdAtMost: cost(
			answer.price === null ? longest : dearest(answer.price, longest),
		),
		reason,
		priceDay: answer.price?.asOf ?? null,
	};
}

/** Mean length of what is sent, seconds, of clips from all over the list; those that cannot be decoded do not count. */
async function meanSeconds(
	calls: readonly DeferredCall[],
	sampleRate: number,
): Promise<number> {
	const step = Math.max(1, Math.floor(calls.length / SAMPLE));
	const lengths: number[] = [];
	for (let at = 0; at < calls.length; at += step) {
		const audio = calls[at]?.call.audio ?? [];
		for (const { bytes } of audio) {
			const file = await bytes().catch(() => null);
			if (file !== null)
				lengths.push(
					Math.max(0, file.length - WAV_HEADER) / WAV_SAMPLE / sampleRate,
				);
		}
	}
	return lengths.length === 0 ? 0 : sum(lengths) / lengths.length;
}

function sum(numbers: readonly number[]): number {
	return numbers.reduce((total, number) => total + number, 0);
}
