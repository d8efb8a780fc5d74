/** The clips of a run's recording, in column order. */
import { z } from "zod";
import type { Connection } from "./connection.ts";
import { clipRow } from "./neuron-rows.ts";
import { parseRow } from "./rows.ts";
import { unknownRun } from "./run-names.ts";
import type { ViewMethods } from "./store.ts";

const recordingClipRow = clipRow.extend({
	sourceRecording: z.string().nullable(),
});

export function clipViewMethods(
	connection: Connection,
): Pick<ViewMethods, "readRecordingClips"> {
	const { database, read } = connection;
	const recordingOf = database
		.prepare("SELECT recording FROM runs WHERE id = ?")
		.pluck();
	const page = database.prepare(`
		SELECT c.name AS id, c.path, c.label, c.captions, c.caption_sources AS captionSources, c.attributes, c.hash, c.source_recording AS sourceRecording
		FROM recording_columns rc JOIN clips c ON c.id = rc.clip
		WHERE rc.recording = @recording AND rc.position >= @from
		ORDER BY rc.position LIMIT @count`);
	return {
		readRecordingClips: (run, { from, count }) =>
			read(() => {
				const recording = recordingOf.get(run);
				if (recording === undefined) throw unknownRun(connection, run);
				return page
					.all({ recording, from, count })
					.map((row) => parseRow(recordingClipRow, row, "clips"));
			}),
	};
}
