/** What the audio of a probe set is like: durations, rates, channels, formats. */
import { quantileOfSorted } from "../../shared/statistics.ts";
import type { UsableAudio } from "./inspect-clip.ts";

/** How many clips have a value, most first. */
export type Counts = readonly {
	readonly value: string | number;
	readonly clips: number;
}[];

export type AudioSummary = {
	readonly totalSeconds: number;
	readonly shortestSeconds: number;
	readonly medianSeconds: number;
	readonly longestSeconds: number;
	/** Hz. */
	readonly sampleRates: Counts;
	readonly channels: Counts;
	readonly formats: Counts;
};

/** Null without any audio. */
export function describeAudio(
	audio: readonly UsableAudio[],
): AudioSummary | null {
	const seconds = audio
		.map(({ samples, sampleRate }) => samples / sampleRate)
		.sort((a, b) => a - b);
	if (seconds.length === 0) return null;
	return {
		totalSeconds: seconds.reduce((sum, one) => sum + one, 0),
		shortestSeconds: quantileOfSorted(seconds, 0),
		medianSeconds: quantileOfSorted(seconds, 0.5),
		longestSeconds: quantileOfSorted(seconds, 1),
		sampleRates: count(audio.map(({ sampleRate }) => sampleRate)),
		channels: count(audio.map(({ channels }) => channels)),
		formats: count(audio.map(({ format }) => format)),
	};
}

function count(values: readonly (string | number)[]): Counts {
	const counts = new Map<string | number, number>();
	for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
	return [...counts]
		.map(([value, clips]) => ({ value, clips }))
		.sort((a, b) => b.clips - a.clips || (a.value < b.value ? -1 : 1));
}
