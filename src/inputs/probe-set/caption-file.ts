/** Writes a captions file: JSON lines, those of a model with who wrote them and how. `readCaptions` reads it back. */
import { writeFileAtomically } from "../../shared/files.ts";
import type { FileCaption } from "./caption-index.ts";

/** A line of the file. */
export type CaptionLine = FileCaption & {
	/** Id or name of the clip. */
	readonly clip: string;
};

/** Replaces the file by these lines, at once: whoever reads it sees the old ones or the new ones. */
export async function writeCaptions(
	path: string,
	lines: readonly CaptionLine[],
): Promise<void> {
	await writeFileAtomically(path, [
		lines.map((line) => `${captionLine(line)}\n`).join(""),
	]);
}

/** Members in a fixed order; those of a caption written by hand are `clip` and `caption` alone. */
function captionLine({ clip, text, source, audio }: CaptionLine): string {
	if (source === null) return JSON.stringify({ clip, caption: text });
	const { provider, model, baseUrl, promptHash, sample } = source;
	return JSON.stringify({
		clip,
		caption: text,
		captioner: { provider, model, baseUrl },
		promptHash,
		sample,
		...(audio === null ? {} : { audio }),
	});
}
