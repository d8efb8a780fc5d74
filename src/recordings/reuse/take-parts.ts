/**
 * What an unfinished recording has on disk serves a new one too. Its parts may go at any time (it is finished, or begun anew), so they are copied into the
 * new recording's folder, as a small finished recording for each of its jobs; from there on these are sources like any other.
 */
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { throwIfInterrupted } from "../../errors.ts";
import { writeFileAtomically } from "../../shared/files.ts";
import { paddingOf, writeLayerFile } from "../assemble.ts";
import { layerFileName } from "../layer-file.ts";
import { readParts } from "../parts.ts";
import {
	jobClips,
	loadPlan,
	type RecordingJob,
	type RecordingPlan,
} from "../plan.ts";
import { type RecordingFile, readRecordingFile } from "../recording.ts";
import type { Source } from "./cover.ts";
import { namesIn, readSource } from "./find-sources.ts";

/** In the new recording's folder. */
const TAKEN = "taken";

export type TakeOptions = {
	/** Folder of all recordings. */
	readonly recordings: string;
	/** Name of the new recording's own folder. */
	readonly into: string;
	/** Addresses of layers. */
	readonly addresses: ReadonlySet<string>;
	/** Hashes of the clips that no finished recording holds. */
	readonly clips: ReadonlySet<string>;
	readonly signal?: AbortSignal | undefined;
};

/** In order of folder name and job. What cannot be read, or goes meanwhile, serves nothing. The new recording's folder is locked by the caller. */
export async function takeParts(options: TakeOptions): Promise<Source[]> {
	const { recordings, into, addresses, signal } = options;
	await forgetTaken(join(recordings, into));
	const sources: Source[] = [];
	for (const name of await namesIn(recordings)) {
		if (name === into) continue;
		const folder = join(recordings, name);
		const plan = await loadPlan(folder, async () => true).catch(
			() => undefined,
		);
		if (plan === undefined) continue;
		for (const [number, job] of plan.jobs.entries()) {
			throwIfInterrupted(signal);
			const source = await takeJob(options, { name, plan, job, number }).catch(
				() => undefined,
			);
			if (source !== undefined)
				sources.push(
					...[await readSource(recordings, source, addresses)].filter(
						(one) => one !== undefined,
					),
				);
		}
	}
	return sources;
}

/** The new recording is finished, or begins anew. */
export async function forgetTaken(directory: string): Promise<void> {
	await rm(join(directory, TAKEN), { recursive: true, force: true });
}

/** Copies what is wanted of a job's parts; the copy's folder, relative to all recordings. Undefined when there is nothing. */
async function takeJob(
	{ recordings, into, addresses, clips }: TakeOptions,
	from: {
		readonly name: string;
		readonly plan: RecordingPlan;
		readonly job: RecordingJob;
		readonly number: number;
	},
): Promise<string | undefined> {
	const { name, plan, job, number } = from;
	const wanted = job.layers.filter((layer) =>
		addresses.has(plan.layers[layer]?.address ?? ""),
	);
	if (wanted.length === 0) return undefined;
	const folder = join(recordings, name);
	// A finished one is a source as it is.
	if ((await readRecordingFile(folder)) !== undefined) return undefined;
	const units = job.layers.reduce(
		(sum, layer) => sum + (plan.layers[layer]?.units ?? 0),
		0,
	);
	const placed = await readParts(
		folder,
		number,
		jobClips(plan, job),
		units,
		plan.precision,
	);
	const parts = placed.map(({ part }) => part);
	const columns = parts
		.flatMap((part) => part.clips)
		.filter((clip) => clips.has(plan.clipHashes[clip] ?? ""))
		.sort((a, b) => a - b);
	if (columns.length === 0) return undefined;
	const copy = join(into, TAKEN, `${name}-${number}`);
	await mkdir(join(recordings, copy), { recursive: true });
	const layers: RecordingFile["layers"] = [];
	for (const [index, layer] of wanted.entries()) {
		const { name: layerName, units: count } = plan.layers[
			layer
		] as RecordingPlan["layers"][number];
		const file = layerFileName(index, layerName);
		await writeLayerFile({
			path: join(recordings, copy, file),
			layer,
			plan: { ...plan, sources: [] },
			parts: plan.jobs.map((_, one) => (one === number ? parts : [])),
			columns,
			recordings,
		});
		layers.push({ name: layerName, units: count, file });
	}
	const taken = new Set(columns);
	const copyPlan: RecordingPlan = {
		...plan,
		layers: wanted.map(
			(layer) => plan.layers[layer] as RecordingPlan["layers"][number],
		),
		sources: [],
		jobs: [],
	};
	const recording: RecordingFile = {
		id: plan.id,
		precision: plan.precision,
		clipsPerRun: plan.clipsPerRun,
		layers,
		columns,
		padding: paddingOf({ sources: [] }, [parts], columns),
		excluded: [],
		warnings: parts
			.flatMap(({ warnings }) => warnings)
			.filter(({ clip }) => taken.has(clip)),
	};
	for (const [file, content] of [
		["plan.json", copyPlan],
		["recording.json", recording],
	] as const)
		await writeFileAtomically(join(recordings, copy, file), [
			JSON.stringify(content),
		]);
	return copy;
}
