/** Runs the target network over the probe set and writes the recording; resumable, at most a few seconds of work are done again. */

import { rm } from "node:fs/promises";
import { join } from "node:path";
import { DataError, throwIfInterrupted } from "../errors.ts";
import { writeFileAtomically } from "../shared/files.ts";
import type { ProbeSet } from "../types.ts";
import {
	createScratch,
	paddingOf,
	usableClips,
	writeLayerFile,
} from "./assemble.ts";
import { attemptId, latestAttempt, storeAttempt } from "./attempts.ts";
import type { ClipFinding } from "./findings.ts";
import { hashClipInputs, recordingId } from "./identity.ts";
import { importRecording } from "./import/import-recording.ts";
import { openExemplarKeeper } from "./kept-exemplars/keep-exemplars.ts";
import { layerFileName } from "./layer-file.ts";
import { lockRecording } from "./lock.ts";
import type { RecordOptions } from "./options.ts";
import {
	openRecording,
	type Recording,
	type RecordingFile,
} from "./recording.ts";
import { forgetTaken } from "./reuse/take-parts.ts";
import { runNetwork, type Target } from "./run-network.ts";

/**
 * The finished recording, from disk when it is there. Clips that cannot be decoded are left out and listed. What other recordings in `directory` hold
 * of the same network, layers and clips, finished or not, is taken over when it is bit by bit what would be computed.
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
	const first = directoryOf(options, id);
	const attempt = await latestAttempt(first);
	const target = (number: number): Target => ({
		id: attemptId(id, number),
		directory: directoryOf(options, attemptId(id, number)),
		execution,
		clipHashes,
	});
	const finished = await openRecording(target(attempt).directory, probeSet);
	if (finished === undefined) return recordTarget(options, target(attempt));
	// A process may have been killed between the last two steps. Where nothing can be deleted it only takes space.
	await forgetWork(target(attempt).directory).catch(() => undefined);
	const leftOut = finished.excluded.length > probeSet.excluded.length;
	if (options.retryExcluded !== true || !leftOut || network.imported)
		return finished;
	const again = await recordTarget(options, target(attempt + 1));
	if (again.clips.length > finished.clips.length) {
		await storeAttempt(first, attempt + 1);
		return again;
	}
	await rm(again.directory, { recursive: true, force: true });
	return finished;
}

function directoryOf({ directory }: RecordOptions, id: string): string {
	return join(directory, id.slice(0, 16));
}

/** The recording, from disk when it is there. */
async function recordTarget(
	options: RecordOptions,
	target: Target,
): Promise<Recording> {
	const { probeSet } = options;
	const { directory } = target;
	const finished = await openRecording(directory, probeSet);
	if (finished !== undefined) return finished;
	if (probeSet.clips.length === 0) throw noUsableClips(probeSet);
	await options.beforeRecording?.();
	const release = await lockRecording(directory, { signal: options.signal });
	try {
		// Another process may have finished it just now.
		const meanwhile = await openRecording(directory, probeSet);
		if (meanwhile !== undefined) return meanwhile;
		await makeRecording(options, target);
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
	// A damaged one must not pass for finished as soon as its files are all there, while what is kept beside them is still of before.
	await rm(join(directory, "recording.json"), { force: true });
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
	const keeper = openExemplarKeeper();
	const scratch = createScratch();
	try {
		for (const [layer, { name, units }] of plan.layers.entries()) {
			throwIfInterrupted(options.signal);
			const file = layerFileName(layer, name);
			const path = join(directory, file);
			await writeLayerFile({
				path,
				layer,
				plan,
				parts,
				columns,
				recordings: options.directory,
				scratch,
			});
			keeper.add(path);
			layers.push({ name, units, file });
		}
		await keeper.finish();
	} finally {
		await keeper.close();
	}
	const recording: RecordingFile = {
		id: plan.id,
		precision: plan.precision,
		clipsPerRun: plan.clipsPerRun,
		layers,
		columns,
		padding: paddingOf(plan, parts, columns),
		excluded: inClipOrder(excluded),
		warnings: inClipOrder([
			...plan.sources.flatMap(({ warnings }) => warnings),
			...parts.flat().flatMap((part) => part.warnings),
		]),
	};
	await writeFileAtomically(join(directory, "recording.json"), [
		JSON.stringify(recording),
	]);
	await forgetWork(directory);
}

/** What a recording was made from is of no use once it is finished. */
async function forgetWork(directory: string): Promise<void> {
	await rm(join(directory, "parts"), { recursive: true, force: true });
	await forgetTaken(directory);
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
