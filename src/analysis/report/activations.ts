/** What the report knows of a run's activations: the recording beside the labels and attributes of its clips, or why it has none. */
import { z } from "zod";
import { DataError } from "../../errors.ts";
import {
	readRecordedLayers,
	readRecordedPadding,
} from "../../recordings/recorded-layers.ts";
import {
	openTraceReader,
	type Trace,
} from "../../recordings/traces/read-traces.ts";
import { openNpyMatrix } from "../../shared/npy-matrix.ts";
import { clipTable, type TableClip } from "../activations/clip-table.ts";
import { openStatistics } from "../activations/open-statistics.ts";
import type { NeuronStatistics } from "../activations/statistics-types.ts";
import { attributeBins } from "../activations/tuning.ts";
import type { AttributeData } from "./attribute-section.ts";
import type { RecordingClipView, ReportSource, RunView } from "./source.ts";

/** A layer's activations, as pages need them. */
export type LayerActivations = {
	readonly data: AttributeData;
	/** In the order of `units`, ascending; null: not finite on every clip. */
	statistics(
		units: readonly number[],
		signal: AbortSignal | undefined,
	): Promise<readonly (NeuronStatistics | null)[]>;
	/** One neuron, `[clips]`: one read. */
	values(unit: number): Promise<Float32Array>;
	/** The recorded courses over positions, of those of `clips` (ids) that have one. */
	traces(unit: number, clips: readonly string[]): Promise<readonly Trace[]>;
	close(): Promise<void>;
};

/** `missing` says why, as the end of a sentence. */
export type Missing = { readonly missing: string };

export type ReportActivations = {
	layer(layer: {
		readonly name: string;
		readonly units: number;
	}): Promise<LayerActivations | Missing>;
	/** Share of a clip's input that is padding, in [0, 1), by the clip's id; null: not known. */
	padding(clip: string): number | null;
	close(): Promise<void>;
};

const clipsPerRead = 1000;
const seedsSchema = z.object({ seed: z.int() });

/** Opens the recording of a run. Files that are gone or do not fit are no error: each layer then says what is missing. */
export async function openReportActivations(options: {
	readonly store: Pick<ReportSource, "readRecordingClips">;
	readonly run: RunView;
	/** Values of attributes that mean "none", by attribute; replaces guessing for those (`missingValues`). */
	readonly missingValues: Readonly<Record<string, readonly number[]>>;
}): Promise<ReportActivations> {
	const { store, run, missingValues } = options;
	const layers = await orMissing(() => readRecordedLayers(run.recording.path));
	if ("missing" in layers)
		return {
			layer: async () => layers,
			padding: () => null,
			close: async () => undefined,
		};
	const traces = await openTraceReader({ directory: run.recording.path });
	const ids: string[] = [];
	function* clipsWithIds(): Generator<TableClip> {
		for (const clip of recordingClips(store, run.id)) {
			ids.push(clip.id);
			yield clip;
		}
	}
	const table = clipTable(clipsWithIds(), { missing: missingValues });
	const shares = await readRecordedPadding(run.recording.path);
	// Of another number of clips it is not this run's recording any more.
	const padding = new Map(
		shares.length === ids.length
			? ids.map((id, column) => [id, shares[column] ?? null])
			: [],
	);
	const seeds = seedsSchema.safeParse(run.seeds);
	const statistics = openStatistics({
		table,
		seed: seeds.success ? seeds.data.seed : 0,
	});
	const data: AttributeData = {
		table,
		attributes: new Map(
			table.attributes.map((attribute) => [
				attribute.name,
				{ attribute, bins: attributeBins(attribute.values) },
			]),
		),
	};
	return {
		layer: async ({ name, units: expected }) => {
			const recorded = layers.find((layer) => layer.name === name);
			if (recorded === undefined)
				return { missing: `the recording has no layer ${name} any more` };
			return orMissing(async () => {
				const matrix = await openNpyMatrix(recorded.path);
				if (matrix.columns !== table.clips || matrix.rows !== expected) {
					await matrix.close();
					throw new DataError(
						`${recorded.path} has ${matrix.rows} units and ${matrix.columns} clips, expected ${expected} and ${table.clips}`,
						{
							code: "recording_mismatch",
							hint: "The recording was replaced: run `audio-dissect record` again, or dissect again.",
						},
					);
				}
				return {
					data,
					statistics: (units, signal) =>
						statistics.of(recorded.path, units, signal),
					values: (unit) => matrix.readRows(unit, 1),
					traces: (unit, clips) => traces({ layer: name, unit }, clips),
					close: () => matrix.close(),
				};
			});
		},
		padding: (clip) => padding.get(clip) ?? null,
		close: () => statistics.close(),
	};
}

function* recordingClips(
	store: Pick<ReportSource, "readRecordingClips">,
	run: string,
): Generator<RecordingClipView> {
	for (let from = 0; ; from += clipsPerRead) {
		const clips = store.readRecordingClips(run, { from, count: clipsPerRead });
		yield* clips;
		if (clips.length < clipsPerRead) return;
	}
}

/** What cannot be read is a reason, what went wrong in any other way an error. */
async function orMissing<T>(read: () => Promise<T>): Promise<T | Missing> {
	try {
		return await read();
	} catch (error) {
		if (error instanceof DataError) return { missing: error.message };
		throw error;
	}
}
