/** Deletes calls of no run: the one way they leave the store. */
import { z } from "zod";
import { StoreError } from "../errors.ts";
import type { CacheMethods, PruneResult, PruneRule } from "./cache.ts";
import { CALL_BYTES } from "./cache-stats.ts";
import type { Connection } from "./connection.ts";
import { takeLock } from "./locks.ts";
import { parseRow } from "./rows.ts";

/** `c`: the call. No run is linked to the calls of `caption`, whose captions are in a file. */
const PRUNABLE = `
	FROM calls c WHERE NOT EXISTS (SELECT 1 FROM description_calls WHERE call = c.id)
		AND NOT EXISTS (SELECT 1 FROM run_calls WHERE call = c.id)
		AND (@failed = 0 OR c.outcome <> 'ok' OR EXISTS (SELECT 1 FROM call_rejections WHERE call = c.id))
		AND (@before IS NULL OR c.at < @before)
		AND CASE WHEN @operations IS NULL THEN c.operation <> 'caption'
			ELSE c.operation IN (SELECT value FROM json_each(@operations)) END`;

export function cachePruneMethods(
	connection: Connection,
): Pick<CacheMethods, "countPrunable" | "pruneCalls"> {
	const { database, directory, read, write } = connection;
	const count = database.prepare(`
		SELECT count(*) AS calls, coalesce(sum(${CALL_BYTES}), 0) AS bytes,
			coalesce(sum((SELECT count(*) FROM judgements WHERE call = c.id)), 0) AS judgements ${PRUNABLE}`);
	const list = database.prepare(
		`INSERT INTO calls_to_prune (call) SELECT c.id ${PRUNABLE}`,
	);
	const deletions = [
		"DELETE FROM judgements WHERE call IN (SELECT call FROM calls_to_prune)",
		"DELETE FROM call_rejections WHERE call IN (SELECT call FROM calls_to_prune)",
		"DELETE FROM calls WHERE id IN (SELECT call FROM calls_to_prune)",
		"DELETE FROM calls_to_prune",
	].map((statement) => database.prepare(statement));
	const running = database
		.prepare("SELECT id FROM runs WHERE status = 'running'")
		.pluck();

	const countPrunable = (rule: PruneRule): PruneResult =>
		read(() => parseRow(countRow, count.get(columns(rule)), "calls"));

	/** Inside the transaction: a run that starts later writes before it looks for a reply, and so waits until this is done. */
	const refuseWhileRunning = (): void => {
		for (const id of running.all().map(String)) {
			const release = takeLock(directory, id);
			if (release === undefined)
				throw new StoreError(
					`another audio-dissect is working on run ${id}: it may be about to use calls of this cache`,
					{
						code: "run_locked",
						hint: "Wait until it is done, or stop it; what it has committed is kept.",
						evidence: { run: id },
					},
				);
			release();
		}
	};

	return {
		countPrunable,
		pruneCalls: (rule) => {
			const result = write(() => {
				refuseWhileRunning();
				const counted = countPrunable(rule);
				list.run(columns(rule));
				for (const deletion of deletions) deletion.run();
				return counted;
			});
			read(() => {
				database.exec("VACUUM");
				database.pragma("wal_checkpoint(TRUNCATE)");
			});
			return result;
		},
	};
}

/** The rule as the statements take it. */
function columns({ failed, before, operations }: PruneRule) {
	return {
		failed: failed ? 1 : 0,
		before,
		operations: operations === null ? null : JSON.stringify(operations),
	};
}

const countRow = z.object({
	calls: z.number(),
	judgements: z.number(),
	bytes: z.number(),
});
