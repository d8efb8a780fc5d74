import { expect, it } from "vitest";
import { readTextReply } from "../../../src/llm/reply.ts";
import { sentencesFromText } from "../../../src/modules/summarize/sentences-from-text.ts";
import { summarySchema } from "../../../src/modules/summarize/summarize-with-model.ts";
import { summaryFromSentences } from "../../../src/modules/summarize/summary-from-sentences.ts";
import { wholeReplies } from "./whole-replies.ts";

it.each(wholeReplies)("module B, $shape", ({ reply, kept }) => {
	const reading = readTextReply(
		reply,
		(text) => ({ sentences: sentencesFromText(text) }),
		summarySchema,
	);
	if (!("value" in reading)) throw new Error(reading.problem);
	const { sentences } = summaryFromSentences({
		side: "high",
		texts: reading.value.sentences,
		minWords: 3,
	});
	expect(sentences.map(({ text }) => text)).toEqual(kept);
});
