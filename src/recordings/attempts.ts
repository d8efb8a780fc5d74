/**
 * Another attempt at the clips that a finished recording left out. A recording never changes, so an attempt that can use more clips is a recording of its own;
 * `attempts.json` in the first one's folder says which is the latest. It takes over what the earlier one holds.
 */
import { join } from "node:path";
import { z } from "zod";
import { writeFileAtomically } from "../shared/files.ts";
import { hashJson } from "../shared/hash.ts";
import { readStored } from "./recording.ts";

const FILE = "attempts.json";
const schema = z.strictObject({ latest: z.int().min(0) });

/** The id of attempt `attempt`; the first, 0, has the recording's own. */
export function attemptId(id: string, attempt: number): string {
	return attempt === 0 ? id : hashJson({ recording: id, attempt });
}

/** Of the recording whose first attempt is in `directory`; 0 without another one. */
export async function latestAttempt(directory: string): Promise<number> {
	const stored = schema.safeParse(await readStored(directory, FILE));
	return stored.success ? stored.data.latest : 0;
}

export async function storeAttempt(
	directory: string,
	latest: number,
): Promise<void> {
	await writeFileAtomically(join(directory, FILE), [
		JSON.stringify({ latest }),
	]);
}
