/** Captions are asked for where they are used: a recording is made without. */
import { DataError } from "../../errors.ts";
import type { ProbeSet } from "../../types.ts";

/** The next step for clips without captions. */
export const CAPTIONS_HINT =
	'Give a captions file: probeSet: { manifest: ..., captions: captions.json } in the config, --captions on the command line. It holds {"file name": "what is heard", ...}, or is a CSV with columns clip and caption. `audio-dissect caption` has an audio-capable model write one; `audio-dissect record` needs none.';

/** Clips named in the message; all of them are in the evidence. */
const SHOWN_CLIPS = 5;

/** Throws DataError `captions_needed` when a clip has no caption (evidence.clips: their ids). */
export function requireCaptions({ name, clips }: ProbeSet): void {
	const without = clips.filter(({ captions }) => captions.length === 0);
	if (without.length === 0) return;
	const shown = without.slice(0, SHOWN_CLIPS).map(({ id }) => `"${id}"`);
	const more = without.length - shown.length;
	throw new DataError(
		`probe set "${name}": expected a caption for each clip, got none for ${without.length} of ${clips.length} (${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""})`,
		{
			code: "captions_needed",
			hint: CAPTIONS_HINT,
			evidence: { clips: without.map(({ id }) => id) },
		},
	);
}
