/** The acoustic filter by log-probabilities: after "I heard a ADJECTIVE", does a word for sound follow, or one for something else? */
import type { LanguageModel, Message } from "../../llm/port.ts";
import { plainText } from "../../prompts/plain-text.ts";
import { hashJson } from "../../shared/hash.ts";

/** What follows an adjective of sounds. */
const SOUNDS = ["sound", "noise", "voice", "tone"];
/** What follows the others: people, things, places. */
const OTHERS = [
	"man",
	"woman",
	"machine",
	"object",
	"place",
	"thing",
	"car",
	"house",
	"person",
	"animal",
];
const OPTIONS = [...SOUNDS, ...OTHERS];

/** The question and the beginning of the answer: what the model says next is what is looked at. */
function messagesOn(word: string): Message[] {
	return [
		{ role: "user", content: "What did you hear?" },
		{ role: "assistant", content: `I heard a ${plainText(word)}` },
	];
}

/** Content address of the question: verdicts are kept under it. */
export const acousticChoiceHash = hashJson({
	messages: messagesOn("WORD"),
	options: OPTIONS,
});

/** The model reports log-probabilities of any text, so that words are judged by them, one a call. */
export function judgesByChoice({
	capabilities,
}: Pick<LanguageModel, "capabilities">): boolean {
	return capabilities.logprobs === "full";
}

/**
 * Acoustic when P(a word for sound) > 1/2, of the options' probabilities together. No neutral question: what is compared is the likelihood
 * of the two groups after this word, with the model's own leaning. Throws LanguageModelError when the call fails.
 */
export async function chooseAcoustic(options: {
	readonly word: string;
	/** One for which `judgesByChoice` holds. */
	readonly model: LanguageModel;
	readonly signal?: AbortSignal | undefined;
}): Promise<{ readonly acoustic: boolean; readonly callId: number | null }> {
	const { word, model, signal } = options;
	const { value, callIds } = await model.choose(
		{
			operation: "acoustic-filter",
			messages: messagesOn(word),
			options: OPTIONS,
		},
		{ signal },
	);
	const sounds = value.reduce(
		(sum, { option, probability }) =>
			SOUNDS.includes(option) ? sum + (probability ?? 0) : sum,
		0,
	);
	return { acoustic: sounds > 0.5, callId: callIds.at(-1) ?? null };
}
