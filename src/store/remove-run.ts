/** A run is removed a block of neurons at a time: signals are heard in between, and other processes can write. */
import { throwIfInterrupted } from "../errors.ts";
import { forEachLimited } from "../shared/pool.ts";
import type { Connection } from "./connection.ts";

/** Neurons per transaction. */
const BLOCK = 200;

/** Returns the function that removes a run nobody works on. The run itself goes last, so that it can be named again after an interruption. */
export function runRemover({
	database,
	write,
}: Connection): (id: string, signal: AbortSignal | undefined) => Promise<void> {
	// What is left of it is no whole run any more.
	const begin = database.prepare(
		"UPDATE runs SET status = 'incomplete', counts = NULL WHERE id = ?",
	);
	const removeBlock = database.prepare(`
		DELETE FROM neurons WHERE id IN
			(SELECT n.id FROM run_layers l JOIN neurons n ON n.layer = l.id WHERE l.run = ? LIMIT ${BLOCK})`);
	const remove = database.prepare("DELETE FROM runs WHERE id = ?");
	function* blocks(id: string): Generator<void> {
		while (write(() => removeBlock.run(id).changes) > 0) yield;
	}
	return async (id, signal) => {
		write(() => begin.run(id));
		await forEachLimited(blocks(id), 1, async () => throwIfInterrupted(signal));
		write(() => remove.run(id));
	};
}
