/** The part of a plain-text reply that answers: models also repeat the captions, explain themselves, or go on with the conversation. */

/** Marks of chat templates: `<|im_end|>`, `</s>`, `[/INST]`. */
const templateMark = /<\|[^|<>]{1,40}\|>|<\/?s>|\[\/?INST\]/gu;
/** The line above the captions in the prompt. */
const captionsBegin = /^\W*captions?\s*:\W*$/iu;
const ofList = /^\s*(?:$|[-*•]\s|\(?\d{1,2}[.)]|captions?\s*:)/iu;

/** What stands behind such a line is no answer any more. */
const answerEnds =
	/^\W*(?:(?:user|human)\s*:|(?:explanation|reasoning|rationale|justification|sources?|notes?)\s*:\W*$)/iu;

/** The reply without them. */
export function answerOf(text: string): string {
	let inCaptions = false;
	const lines = text.replace(templateMark, "\n").split("\n");
	const end = lines.findIndex((line) => answerEnds.test(line));
	// An explanation in front of the answer is no end.
	return lines
		.slice(0, end > 0 ? end : undefined)
		.filter((line) => {
			inCaptions =
				captionsBegin.test(line) || (inCaptions && ofList.test(line));
			return !inCaptions;
		})
		.join("\n");
}
