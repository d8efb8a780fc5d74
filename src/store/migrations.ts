/** The tables, as numbered steps. A step that has shipped is never edited: a change is a new step. */
import type Database from "better-sqlite3";
import { StoreError } from "../errors.ts";
import { batchStrays } from "./migrations/batch-strays.ts";
import { batches } from "./migrations/batches.ts";
import { capabilities } from "./migrations/capabilities.ts";
import { captionSources } from "./migrations/caption-sources.ts";
import { charges } from "./migrations/charges.ts";
import { conceptSpellings } from "./migrations/concept-spellings.ts";
import { derivedRuns } from "./migrations/derived-runs.ts";
import { modelChecks } from "./migrations/model-checks.ts";
import { probeJobs } from "./migrations/probe-jobs.ts";
import { prune } from "./migrations/prune.ts";
import { runCalls } from "./migrations/run-calls.ts";
import { tables as firstTables } from "./migrations/tables.ts";
import { ways } from "./migrations/ways.ts";

/** Marks the file as ours ("AuDi"); `PRAGMA application_id`. */
export const APPLICATION_ID = 0x41754469;

/** Step n brings `user_version` from n to n + 1. */
const MIGRATIONS: readonly string[] = [
	firstTables,
	runCalls,
	prune,
	capabilities,
	captionSources,
	derivedRuns,
	conceptSpellings,
	batches,
	modelChecks,
	charges,
	batchStrays,
	ways,
	probeJobs,
];

/** The version this program writes. */
export const STORE_VERSION = MIGRATIONS.length;

/** `user_version` of an open database, checked: it is ours (or empty) and not from a newer program. StoreError `store_newer`, `store_corrupt`. */
export function checkVersion(
	database: Database.Database,
	file: string,
	latest: number = STORE_VERSION,
): number {
	// One transaction, so that the three belong together: another process may be migrating right now.
	const { version, owner, tables } = database.transaction(() => ({
		version: Number(database.pragma("user_version", { simple: true })),
		owner: Number(database.pragma("application_id", { simple: true })),
		tables: Number(
			database.prepare("SELECT count(*) FROM sqlite_schema").pluck().get(),
		),
	}))();
	if (owner !== APPLICATION_ID && (owner !== 0 || version > 0 || tables > 0))
		throw new StoreError(
			`${file} is an SQLite database of another program (application id ${owner}, expected ${APPLICATION_ID})`,
			{
				code: "store_corrupt",
				hint: "Choose another `store` directory, or move that file away.",
			},
		);
	if (version > latest)
		throw new StoreError(
			`store ${file} has version ${version}, this audio-dissect knows versions up to ${latest}`,
			{
				code: "store_newer",
				hint: "Update audio-dissect, or choose another `store` directory.",
				evidence: { version, known: latest },
			},
		);
	return version;
}

/** Brings the database to the last step: all missing steps in one transaction, so that a killed or failed migration leaves it as it was. */
export function migrate(
	database: Database.Database,
	file: string,
	steps: readonly string[] = MIGRATIONS,
): void {
	database
		.transaction(() => {
			// Read again under the write lock: another process may have migrated meanwhile.
			const version = checkVersion(database, file, steps.length);
			for (const step of steps.slice(version)) database.exec(step);
			database.pragma(`application_id = ${APPLICATION_ID}`);
			database.pragma(`user_version = ${steps.length}`);
		})
		.immediate();
}
