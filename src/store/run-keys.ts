/** Runs by their key: the id is the first 12 digits, and a run that is there goes on. */
import { z } from "zod";
import { StoreError } from "../errors.ts";
import type { Connection } from "./connection.ts";
import { parseRow } from "./rows.ts";

const keyRow = z.object({ key: z.string() });

/**
 * Returns the function that gives the id of a key, inside a transaction; a run that has it becomes `running` and the latest. StoreError
 * `run_key_invalid`, `run_key_taken`.
 */
export function findRunByKey({ database }: Connection): (key: string) => {
	readonly id: string;
	readonly resumed: boolean;
} {
	const find = database.prepare("SELECT key FROM runs WHERE id = ?");
	const resume = database.prepare(`
		UPDATE runs SET status = 'running', finished_at = NULL, sequence = (SELECT max(sequence) FROM runs) + 1 WHERE id = ?`);
	return (key) => {
		if (!/^[0-9a-f]{12,}$/.test(key))
			throw new StoreError(
				`a run key is at least 12 hex digits, got "${key}"`,
				{ code: "run_key_invalid", hint: "Give the key as it was hashed." },
			);
		const id = key.slice(0, 12);
		const known = find.get(id);
		if (known === undefined) return { id, resumed: false };
		if (parseRow(keyRow, known, "runs").key !== key)
			throw new StoreError(
				`run ${id} is in the store with another key that begins with the same 12 digits`,
				{
					code: "run_key_taken",
					hint: "Change the seed, or choose another `store` directory.",
				},
			);
		resume.run(id);
		return { id, resumed: true };
	};
}
