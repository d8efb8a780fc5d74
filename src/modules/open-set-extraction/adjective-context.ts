/** What the rules for adjectives ask of a word's neighbours: is it one of several adjectives, has it an object? */
import { type Context, lowerAt, nounFollows } from "./part-context.ts";

/** In a list with an adjective: "loud and booming", "Hissing, bright, ...". */
export function besideAdjective(context: Context, index: number): boolean {
	return isJoined(context, index, -1) || isJoined(context, index, 1);
}

function conjoins(tokens: Context["tokens"], index: number): boolean {
	return [",", "and", "but", "yet", "or"].includes(lowerAt(tokens, index));
}

function isJoined(context: Context, index: number, step: 1 | -1): boolean {
	const { tokens, parts, lexicon } = context;
	let other = index + step;
	let joined = false;
	// "rich and slightly distorted"
	while (step === -1 && parts[other] === "adverb") other -= 1;
	if (other !== index + step && !conjoins(tokens, other)) other = index + step;
	while (conjoins(tokens, other)) {
		other += step;
		joined = true;
	}
	if (!joined)
		return (
			step === -1 &&
			parts[other] === "adjective" &&
			parts[index + 1] !== "noun" &&
			parts[index] !== "noun"
		);
	if (parts[other] !== "adjective") {
		// Two participles of the lexicon at the start of a sentence: "Hissing and crackling, ..."
		return (
			lexicon.adjectives.get(lowerAt(tokens, other))?.form === "adjective" &&
			parts[other] !== "noun"
		);
	}
	// "an old telephone, ringing": the adjective belongs to a noun of its own.
	return (
		step === -1 ||
		!nounFollows(context, other) ||
		nounFollows(context, index) ||
		Math.min(index, other) === 0
	);
}

/** "echoing the words": what follows is an object with its own determiner. */
export function takesObject({ parts }: Context, index: number): boolean {
	return parts[index + 1] === "determiner" || parts[index + 1] === "pronoun";
}
