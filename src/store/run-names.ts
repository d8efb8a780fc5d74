/** From what a user types to a run: id, tag, start of an id, `latest`. */
import { z } from "zod";
import { StoreError } from "../errors.ts";
import { didYouMean } from "../shared/suggest.ts";
import type { Connection } from "./connection.ts";
import { parseRow } from "./rows.ts";

const names = z.object({ id: z.string(), tag: z.string().nullable() });

/** The id of the run meant. StoreError `run_unknown`, `run_ambiguous`. */
export function resolveRun(connection: Connection, name: string): string {
	const { database, read } = connection;
	const rows = read(() =>
		database
			.prepare(
				"SELECT runs.id, tag FROM runs LEFT JOIN run_tags ON run = runs.id ORDER BY sequence DESC, tag",
			)
			.all(),
	).map((row) => parseRow(names, row, "runs"));
	const latest = rows[0];
	if (name === "latest" && latest !== undefined) return latest.id;
	const exact =
		rows.find(({ id }) => id === name) ?? rows.find(({ tag }) => tag === name);
	if (exact !== undefined) return exact.id;
	const starts =
		name.length >= 4
			? [...new Set(rows.map(({ id }) => id))].filter((id) =>
					id.startsWith(name),
				)
			: [];
	const [only, ...others] = starts;
	if (only === undefined) throw unknownRun(connection, name);
	if (others.length === 0) return only;
	throw new StoreError(
		`"${name}" is the start of ${starts.length} run ids: ${starts.join(", ")}`,
		{ code: "run_ambiguous", hint: "Give more digits." },
	);
}

/** The error for a run that is not there, with the nearest id or tag. */
export function unknownRun(connection: Connection, name: string): StoreError {
	const { database, directory, read } = connection;
	const known = read(() =>
		database
			.prepare("SELECT id FROM runs UNION ALL SELECT tag FROM run_tags")
			.pluck()
			.all(),
	).map(String);
	const empty = known.length === 0;
	return new StoreError(
		empty
			? `run "${name}" is not in store ${directory}: there are no runs yet`
			: `run "${name}" is not in store ${directory}`,
		{
			code: "run_unknown",
			hint: empty
				? "`audio-dissect dissect` makes one."
				: (didYouMean(name, known) ??
					"`audio-dissect runs list` shows what is there."),
		},
	);
}
