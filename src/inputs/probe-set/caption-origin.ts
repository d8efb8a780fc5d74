/** Reads from an object of a captions file who wrote the caption. */
import { z } from "zod";
import { issueText, showPath } from "../../shared/issue-text.ts";
import type { FileCaption } from "./caption-index.ts";

/** The members that `audio-dissect caption` writes beside `clip` and `caption`. */
const captionOrigin = z.object({
	captioner: z.object({
		provider: z.string(),
		model: z.string(),
		baseUrl: z.string(),
	}),
	promptHash: z.string(),
	sample: z.int().min(0),
	/** Content address of what the model was given to hear. */
	audio: z.string().nullable().default(null),
});

/** By hand when there is no `captioner`. A text says what is wrong with one that is there: it must not pass for a caption written by hand. */
export function originOf(value: object): Omit<FileCaption, "text"> | string {
	if (!Object.hasOwn(value, "captioner")) return { source: null, audio: null };
	const read = captionOrigin.safeParse(value);
	if (!read.success) {
		const [issue] = read.error.issues;
		if (issue === undefined) throw read.error;
		return `a caption with a \`captioner\` needs captioner {provider, model, baseUrl}, promptHash and sample; ${showPath(issue.path)}: ${issueText(issue, value)}`;
	}
	const { captioner, promptHash, sample, audio } = read.data;
	return { source: { ...captioner, promptHash, sample }, audio };
}
