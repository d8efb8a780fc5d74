/** What is said about a clip in a recording's files. The clip's path stands as `{path}`: the same bytes may lie elsewhere next time. */
import { z } from "zod";

export const findingSchema = z.strictObject({
	/** Index into the plan's clips. */
	clip: z.int().min(0),
	code: z.string(),
	message: z.string(),
});

export type ClipFinding = z.infer<typeof findingSchema>;

const PLACE = "{path}";

export function storedFinding(
	clip: number,
	path: string,
	finding: { readonly code: string; readonly message: string },
): ClipFinding {
	return {
		clip,
		code: finding.code,
		message: finding.message.replaceAll(path, PLACE),
	};
}

export function shownMessage(finding: ClipFinding, path: string): string {
	return finding.message.replaceAll(PLACE, path);
}
