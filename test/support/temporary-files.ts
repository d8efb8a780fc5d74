/** One folder for the temporary files of all tests, in memory where there is room: SQLite waits for the disk at every commit. */
import { chmodSync, mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const MEMORY = "/dev/shm";
const ROOM_BYTES = 2 ** 31;

export default function temporaryFiles(): () => void {
	const folder = mkdtempSync(
		join(hasRoom() ? MEMORY : tmpdir(), "audio-dissect-tests-"),
	);
	// Tests of permissions run as another user, who has to come through.
	chmodSync(folder, 0o711);
	process.env.TMPDIR = folder;
	return () => rmSync(folder, { recursive: true, force: true });
}

function hasRoom(): boolean {
	try {
		const { bavail, bsize } = statfsSync(MEMORY);
		return bavail * bsize >= ROOM_BYTES;
	} catch {
		// Not every system has it.
		return false;
	}
}
