/**
 * A store in a folder that cannot be written to. SQLite reads a database with a write-ahead log only where it may make files beside it, so
 * a copy in the system's folder for temporary files is read instead.
 */
import {
	chmodSync,
	constants,
	copyFileSync,
	existsSync,
	mkdtempSync,
	rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { StoreError } from "../errors.ts";
import { systemReason } from "../shared/system-reason.ts";

/** A copy, with what a write-ahead log beside the file holds, open for reading only; it is gone when it is closed. StoreError `store_unreadable`. */
export function openCopy(file: string): Database.Database {
	let folder: string | undefined;
	try {
		folder = mkdtempSync(join(tmpdir(), "audio-dissect-"));
		const copy = join(folder, "copy.db");
		for (const end of ["", "-wal"]) {
			if (!existsSync(`${file}${end}`)) continue;
			copyFileSync(
				`${file}${end}`,
				`${copy}${end}`,
				constants.COPYFILE_FICLONE,
			);
			chmodSync(`${copy}${end}`, 0o600);
		}
		const writable = new Database(copy);
		try {
			writable.pragma("journal_mode = DELETE");
		} finally {
			writable.close();
		}
		return new Database(copy, { readonly: true });
	} catch (error) {
		if (error instanceof Database.SqliteError) throw error;
		throw new StoreError(
			`the store ${file} cannot be read, nor a copy of it in ${tmpdir()}: ${systemReason(error)}`,
			{
				code: "store_unreadable",
				hint: "Check that the file may be read. A store in a folder that cannot be written to is read from a copy: TMPDIR has to have room for it.",
				cause: error,
			},
		);
	} finally {
		// The open file stays readable: nothing is left behind, however the process ends.
		if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
	}
}
