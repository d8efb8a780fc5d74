/** Names users give to runs. */
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
	const remove = database.prepare("DELETE FROM run_tags WHERE tag = ?");
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
						hint: "Choose another tag, or remove it from that run first.",
					});
				insert.run(tag, id);
			}),
		removeTag: (tag) => {
			write(() => remove.run(tag));
		},
	};
}

/** A tag must not be mistaken for `latest` or for (the start of) a run id, nor for an option. */
function checkTag(tag: string): void {
	const valid = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(tag);
	if (valid && tag !== "latest" && !/^[0-9a-f]{4,}$/.test(tag)) return;
	throw new StoreError(
		`"${tag}" cannot be a tag: expected 1 to 64 letters, digits, ".", "_" or "-", starting with a letter or digit, not "latest" and not like a run id`,
		{ code: "tag_invalid" },
	);
}
