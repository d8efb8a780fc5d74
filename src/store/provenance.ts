/** What descriptions are made from: prompts, networks, probe sets, recordings. */
import { isAbsolute, relative, resolve, sep } from "node:path";
import { z } from "zod";
import { StoreError } from "../errors.ts";
import { hashJson, type Json } from "../shared/hash.ts";
import type { Connection } from "./connection.ts";
import { parseRow, toJson } from "./rows.ts";
import type { ProvenanceMethods, StoredRecording } from "./store.ts";

export function provenanceMethods(connection: Connection): ProvenanceMethods {
	const { database, write } = connection;
	const insertPrompt = database.prepare(
		"INSERT INTO prompts (hash, name, version, source) VALUES (@hash, @name, @version, @source) ON CONFLICT DO NOTHING",
	);
	const insertNetwork = database.prepare(
		"INSERT INTO networks (id, hash, name, descriptor, layers) VALUES (@id, @hash, @name, @descriptor, @layers) ON CONFLICT DO NOTHING",
	);
	return {
		putPrompts: (prompts) =>
			write(() => {
				for (const { hash, name, version, source } of prompts)
					insertPrompt.run({ hash, name, version, source });
			}),
		putNetwork: ({ hash, name, descriptor, layers }) => {
			const id = hashJson({ hash, name, descriptor, layers });
			const row = {
				id,
				hash,
				name,
				descriptor: toJson(descriptor, "a network's descriptor"),
				layers: toJson(layers, "a network's layers"),
			};
			write(() => insertNetwork.run(row));
			return id;
		},
		putProbeSet: probeSetWriter(connection),
		putRecording: recordingWriter(connection),
	};
}

function probeSetWriter({
	database,
	write,
}: Connection): ProvenanceMethods["putProbeSet"] {
	const upsertProbeSet = database.prepare(`
		INSERT INTO probe_sets (hash, name, excluded) VALUES (@hash, @name, @excluded)
		ON CONFLICT (hash) DO UPDATE SET name = @name, excluded = @excluded`);
	const upsertClip = database.prepare(`
		INSERT INTO clips (probe_set, name, path, hash, label, captions, caption_sources, attributes, source_recording)
		VALUES (@probeSet, @id, @path, @hash, @label, @captions, @captionSources, @attributes, @sourceRecording)
		ON CONFLICT (probe_set, name) DO UPDATE SET path = @path, caption_sources = @captionSources`);
	return (probeSet) =>
		write(() => {
			upsertProbeSet.run({
				hash: probeSet.hash,
				name: probeSet.name,
				excluded: toJson(probeSet.excluded, "the excluded clips"),
			});
			for (const clip of probeSet.clips) {
				if (!isAbsolute(clip.path) || clip.path.includes("\0"))
					throw new StoreError(
						`clip "${clip.id}": expected an absolute path, got "${clip.path}"`,
						{
							code: "path_relative",
							hint: "Resolve the path before the probe set is put into the store.",
						},
					);
				upsertClip.run({
					probeSet: probeSet.hash,
					id: clip.id,
					path: clip.path,
					hash: clip.hash,
					label: clip.label,
					captions: toJson(clip.captions, `the captions of "${clip.id}"`),
					captionSources:
						clip.captionSources === undefined
							? null
							: toJson(clip.captionSources, "the sources of captions"),
					attributes: toJson(clip.attributes, `the attributes of "${clip.id}"`),
					sourceRecording: clip.sourceRecording,
				});
			}
		});
}

function recordingWriter(
	connection: Connection,
): ProvenanceMethods["putRecording"] {
	const { database, write } = connection;
	const find = database.prepare("SELECT layers FROM recordings WHERE id = ?");
	const columns = database
		.prepare(
			"SELECT clips.name FROM recording_columns JOIN clips ON clips.id = clip WHERE recording = ? ORDER BY position",
		)
		.pluck();
	const upsert = database.prepare(`
		INSERT INTO recordings (id, network_hash, probe_set, identity, path, excluded, warnings, layers)
		VALUES (@id, @networkHash, @probeSetHash, @identity, @path, @excluded, @warnings, @layers)
		ON CONFLICT (id) DO UPDATE SET path = @path, excluded = @excluded, warnings = @warnings`);
	const clipOf = database
		.prepare("SELECT id FROM clips WHERE probe_set = ? AND name = ?")
		.pluck();
	const insertColumn = database.prepare(
		"INSERT INTO recording_columns (recording, position, clip) VALUES (?, ?, ?)",
	);
	return (recording) => {
		const row = recordingRow(recording, connection.directory);
		write(() => {
			const known = find.get(recording.id);
			upsert.run(row);
			if (known !== undefined) {
				const { layers } = parseRow(layersRow, known, "recordings");
				const same =
					layers === row.layers &&
					JSON.stringify(columns.all(recording.id)) ===
						JSON.stringify(recording.clips);
				if (same) return;
				throw new StoreError(
					`recording ${recording.id} is in the store with other clips or layers`,
					{
						code: "recording_conflict",
						hint: "Delete the recording's folder and choose another `store` directory.",
					},
				);
			}
			for (const [position, name] of recording.clips.entries()) {
				const clip = clipOf.get(recording.probeSetHash, name);
				if (clip === undefined)
					throw new StoreError(
						`recording ${recording.id}: clip "${name}" is not in probe set ${recording.probeSetHash}`,
						{
							code: "clip_unknown",
							hint: "Put the probe set that was recorded into the store first.",
						},
					);
				insertColumn.run(recording.id, position, clip);
			}
		});
	};
}

const layersRow = z.object({ layers: z.string() });

function recordingRow(
	recording: StoredRecording,
	directory: string,
): Record<string, string> {
	const { id, networkHash, probeSetHash } = recording;
	return {
		id,
		networkHash,
		probeSetHash,
		identity: toJson(recording.identity, "a recording's identity"),
		path: storedPath(recording.path, directory),
		excluded: toJson(recording.excluded, "the excluded clips"),
		warnings: toJson(recording.warnings, "the clip warnings"),
		layers: toJson(
			recording.layers.map(({ name, units }): Json => ({ name, units })),
			"a recording's layers",
		),
	};
}

/** Relative to the store when inside it, `/` between the parts; else absolute. */
function storedPath(path: string, directory: string): string {
	const absolute = resolve(path);
	const inside = relative(directory, absolute);
	return inside === "" || inside.startsWith("..") || isAbsolute(inside)
		? absolute
		: inside.split(sep).join("/");
}
