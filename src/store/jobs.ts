/** Jobs: work that is of no run and has a budget of its own. */
import { z } from "zod";
import { StoreError } from "../errors.ts";
import type { Connection } from "./connection.ts";
import { takeLock } from "./locks.ts";
import { parseRow } from "./rows.ts";
import type { JobMethods } from "./store.ts";
import type { JobView } from "./views.ts";

type Job = Parameters<JobMethods["putJob"]>[0];

/** Hex digits of the key in the id. */
const KEY_DIGITS = 12;

export function jobMethods(connection: Connection): JobMethods {
	const { database, directory, now, read, write } = connection;
	const insert = database.prepare(`
		INSERT INTO jobs (id, key, kind, sequence, started_at)
		SELECT @id, @key, @kind, coalesce(max(sequence), 0) + 1, @at FROM jobs WHERE true
		ON CONFLICT DO NOTHING`);
	const list = database.prepare(
		"SELECT id, kind, started_at AS startedAt FROM jobs ORDER BY sequence DESC",
	);
	const listJobs = (): JobView[] =>
		read(() => list.all()).map((row) => parseRow(jobRow, row, "jobs"));
	const idOf = ({ kind, key }: Job): string =>
		`${kind}-${key.slice(0, KEY_DIGITS)}`;
	const putJob = (job: Job): string => {
		const id = idOf(job);
		write(() => {
			insert.run({ id, ...job, at: now() });
		});
		return id;
	};
	return {
		putJob,
		beginJob: (job) => {
			const id = idOf(job);
			const release = takeLock(directory, id);
			if (release === undefined)
				throw new StoreError(`another audio-dissect is working on ${id}`, {
					code: "job_locked",
					hint: "Wait until it is done, or stop it; what it has committed is kept.",
				});
			try {
				putJob(job);
			} catch (error) {
				release();
				throw error;
			}
			return { id, release };
		},
		listJobs,
		findJob: (name) =>
			listJobs().find(({ id, kind }) => id === name || kind === name) ?? null,
	};
}

const jobRow: z.ZodType<JobView> = z.object({
	id: z.string(),
	kind: z.enum(["caption", "llm-check", "probe"]),
	startedAt: z.string(),
});
