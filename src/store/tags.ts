/** Names users give to runs. */
import { z } from "zod";
import { StoreError } from "../errors.ts";
import type { Connection } from "./connection.ts";
import { unknownRun } from "./run-names.ts";
import type { RunMethods } from "./store.ts";

export function tagMethods(
	connection: Connection,
): Pick<RunMethods, "tagRun" | "removeTag"> {
	const { database, write } = connection;
	const exists = database.prepare("SELECT 1 FROM runs WHERE id = ?");
	const owner = database
		.prepare("SELECT run FROM run_tags WHERE tag = ?")
		.pluck();
	const insert = database.prepare(
		"INSERT INTO run_tags (tag, run) VALUES (?, ?)",
	);
	const remove = database
		.prepare("DELETE FROM run_tags WHERE tag = ? RETURNING run")
		.pluck();
	return {
		tagRun: (id, tag) =>
			write(() => {
				if (exists.get(id) === undefined) throw unknownRun(connection, id);
				checkTag(tag);
				const taken = owner.get(tag);
				if (taken === id) return;
				if (taken !== undefined)
					throw new StoreError(`run ${String(taken)} has the tag "${tag}"`, {
						code: "tag_taken",
						hint: `Choose another tag, or free it first: \`audio-dissect runs untag ${tag}\`.`,
					});
				insert.run(tag, id);
			}),
		removeTag: (tag) =>
			write(() => z.string().optional().parse(remove.get(tag)) ?? null),
	};
}

/** What else a run or job goes by: `latest`, (the start of) a run id, a kind of job, a job. */
const OTHER_NAMES =
	/^(latest|[0-9a-f]{4,}|(caption|llm-check|probe)(-[0-9a-f]{12})?)$/;

/** A tag must not be mistaken for another name, nor for an option. */
function checkTag(tag: string): void {
	const valid = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(tag);
	if (valid && !OTHER_NAMES.test(tag)) return;
	throw new StoreError(
		`"${tag}" cannot be a tag: expected 1 to 64 letters, digits, ".", "_" or "-", starting with a letter or digit, and none of the other names of runs and jobs (latest, caption, llm-check, probe, ids)`,
		{ code: "tag_invalid", hint: "For example baseline-2." },
	);
}
