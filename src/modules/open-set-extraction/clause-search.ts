/** Nouns and verbs that look alike, told apart by the sentence: of all readings of its words, the one that costs least. */
import { step } from "./clause-grammar.ts";
import { begin, ended, type State } from "./clause-state.ts";
import type { Context, Part } from "./part-context.ts";
import { readingsOf } from "./word-readings.ts";

type Path = {
	readonly state: State;
	readonly part: Part | null;
	readonly before: Path | null;
};

/** Readings that are followed at once; the others are too unlikely. */
const width = 40;

/** Sets the parts of nouns, verbs and adjectives to the likeliest reading of the sentence. At equal cost, what the tagger said. */
export function readClauses(context: Context): void {
	let paths: readonly Path[] = [{ state: begin, part: null, before: null }];
	for (let index = 0; index < context.tokens.length; index += 1) {
		const readings = readingsOf(context, index);
		paths = paths
			.flatMap((before) =>
				readings.flatMap((reading) =>
					step(context, before.state, index, reading).map(
						(state): Path => ({ state, part: reading.part, before }),
					),
				),
			)
			.sort((a, b) => a.state.cost - b.state.cost)
			.slice(0, width);
	}
	let best: Path | null = null;
	for (const path of paths)
		if (best === null || ended(path.state) < ended(best.state)) best = path;
	for (let index = context.tokens.length - 1; index >= 0; index -= 1) {
		if (best?.part != null) context.parts[index] = best.part;
		best = best?.before ?? null;
	}
}
