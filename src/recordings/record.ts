/** Runs the target network over the probe set and writes the recording; resumable, at most a few seconds of work are done again. */

import { rm } from "node:fs/promises";
import { join } from "node:path";
import { DataError, throwIfInterrupted } from "../errors.ts";
import { writeFileAtomically } from "../shared/files.ts";
import type { ProbeSet } from "../types.ts";
import { usableClips, writeLayerFile } from "./assemble.ts";
import type { ClipFinding } from "./findings.ts";
import { hashClipInputs, recordingId } from "./identity.ts";
import { importRecording } from "./import/import-recording.ts";
import { layerFileName } from "./layer-file.ts";
import { lockRecording } from "./lock.ts";
import type { RecordOptions } from "./options.ts";
import {
	openRecording,
	type Recording,
	type RecordingFile,
} from "./recording.ts";
import { runNetwork, type Target } from "./run-network.ts";

/**
 * The finished recording, from disk when it is there. Clips that cannot be decoded are left out and listed. What finished recordings in `directory` hold
 * of the same network, layers and clips is taken over when it is bit by bit what would be computed.
 * Throws DataError `no_usable_clips` when none is left, `float16_overflow`; StoreError `recording_locked` while another process makes the same recording;
 * InterruptedError when the signal fires.
 */
export async function record(options: RecordOptions): Promise<Recording> {
	const { network, probeSet } = options;
	const execution = {
		precision: options.precision ?? "float32",
		provider: options.provider ?? "cpu",
	};
	const clipHashes = await hashClipInputs(network, probeSet.clips);
	const id = recordingId(network, clipHashes, execution);
	const directory = join(options.directory, id.slice(0, 16));
	const finished = await openRecording(directory, probeSet);
	if (finished !== undefined) return finished;
	if (probeSet.clips.length === 0) throw noUsableClips(probeSet);
	const release = await lockRecording(directory, { signal: options.signal });
	try {
		// Another process may have finished it just now.
		const meanwhile = await openRecording(directory, probeSet);
		if (meanwhile !== undefined) return meanwhile;
		await makeRecording(options, { id, directory, execution, clipHashes });
	} finally {
		release();
	}
	const made = await openRecording(directory, probeSet);
	if (made === undefined) throw new Error(`${directory} was just written`);
	return made;
}

async function makeRecording(
	options: RecordOptions,
	target: Target,
): Promise<void> {
	const { network, probeSet } = options;
	const { directory } = target;
	if (network.imported !== undefined)
		return importRecording({
			...target,
			...target.execution,
			network,
			imported: network.imported,
			probeSet,
			signal: options.signal,
			onProgress: options.onProgress,
		});
	const { plan, parts } = await runNetwork(options, target);
	const columns = usableClips(plan, parts);
	const excluded = parts.flat().flatMap((part) => part.excluded);
	if (columns.length === 0) throw noUsableClips(probeSet, excluded);
	const layers: RecordingFile["layers"] = [];
	for (const [layer, { name, units }] of plan.layers.entries()) {
		throwIfInterrupted(options.signal);
		const file = layerFileName(layer, name);
		await writeLayerFile({
			path: join(directory, file),
			layer,
			plan,
			parts,
			columns,
			recordings: options.directory,
		});
		layers.push({ name, units, file });
	}
	const recording: RecordingFile = {
		id: plan.id,
		precision: plan.precision,
		clipsPerRun: plan.clipsPerRun,
		layers,
		columns,
		excluded: inClipOrder(excluded),
		warnings: inClipOrder([
			...plan.sources.flatMap(({ warnings }) => warnings),
			...parts.flat().flatMap((part) => part.warnings),
		]),
	};
	await writeFileAtomically(join(directory, "recording.json"), [
		JSON.stringify(recording),
	]);
	await rm(join(directory, "parts"), { recursive: true, force: true });
}

/** By clip; what is said twice about a clip (whose layers come from two places) is kept once. */
function inClipOrder(findings: readonly ClipFinding[]): ClipFinding[] {
	const once = new Map(
		findings.map((finding) => [JSON.stringify(finding), finding]),
	);
	return [...once.values()].sort((a, b) => a.clip - b.clip);
}

function noUsableClips(
	probeSet: ProbeSet,
	findings: readonly ClipFinding[] = [],
): DataError {
	const first = probeSet.excluded[0]?.message ?? findings[0]?.message;
	return new DataError(
		`probe set "${probeSet.name}" has no clip that can be used: expected at least 1, got 0 of ${probeSet.clips.length + probeSet.excluded.length}${first === undefined ? "" : ` (the first: ${first})`}`,
		{
			code: "no_usable_clips",
			hint: "Check the paths of the manifest: they are relative to the manifest's own folder.",
		},
	);
}
