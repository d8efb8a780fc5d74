/** Writes the pages of one layer, a table page of neurons at a time. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { throwIfInterrupted } from "../../errors.ts";
import type { Trace } from "../../recordings/traces/read-traces.ts";
import { chunksOf, forEachLimited } from "../../shared/pool.ts";
import type { NeuronStatistics } from "../activations/statistics-types.ts";
import type {
	LayerActivations,
	Missing,
	ReportActivations,
} from "./activations.ts";
import type { ClipFolder } from "./clips.ts";
import type { ConceptIndex } from "./concept-index.ts";
import type { ReportContext, ReportLayer } from "./context.ts";
import type { ClipAudio } from "./exemplars.ts";
import {
	type ActivationSummary,
	addNeurons,
	emptySummary,
} from "./layer-activations.ts";
import { layerPage } from "./layer-page.ts";
import {
	type ClearNeuron,
	clearestOf,
	type LayerOverview,
} from "./layers-table.ts";
import {
	clipsFolder,
	layerPageFile,
	neuronFile,
	rowsPerPage,
} from "./names.ts";
import { type NeuronActivation, neuronPage } from "./neuron-page.ts";
import type { NeuronView, ReportSource } from "./source.ts";
import { addTallies, emptyTally, tallyOf } from "./tally.ts";

/** Pages written or clips read at a time. */
const concurrency = 16;
/** Neurons whose statistics are computed in one go. */
const chunkSize = 128;

/** Writes the table pages and the neuron pages; returns what the start page says about the layer. */
export async function writeLayer(options: {
	readonly store: Pick<ReportSource, "readLayerNeurons">;
	readonly context: ReportContext;
	readonly layer: ReportLayer;
	/** Neurons the run has of this layer. */
	readonly neurons: number;
	readonly activations: ReportActivations;
	/** The folder of the whole report. */
	readonly directory: string;
	readonly clips: ClipFolder;
	readonly words: ConceptIndex;
	readonly signal: AbortSignal | undefined;
	/** Called with the number of neurons written since the last call. */
	readonly onWritten: (neurons: number) => void;
}): Promise<LayerOverview & { readonly pages: number }> {
	const recorded = await options.activations.layer(options.layer);
	try {
		return await writePages(options, recorded);
	} finally {
		if ("close" in recorded) await recorded.close();
	}
}

async function writePages(
	options: Parameters<typeof writeLayer>[0],
	recorded: LayerActivations | Missing,
): Promise<LayerOverview & { readonly pages: number }> {
	const { store, context, layer, neurons, directory, words, signal } = options;
	const { modules } = context.settings;
	const folder = join(directory, layer.folder);
	await mkdir(folder, { recursive: true });
	const tablePages = Math.max(1, Math.ceil(neurons / rowsPerPage));
	let pages = 0;
	let tally = emptyTally;
	let clearest: ClearNeuron | null = null;
	const classOf = (unit: number): string | null =>
		context.classOf(layer.name, unit);
	let summary: ActivationSummary | null =
		"missing" in recorded ? null : emptySummary;
	let previous: number | null = null;
	for (let page = 0; page < tablePages; page += 1) {
		throwIfInterrupted(signal);
		const from = page * rowsPerPage;
		// One more than the page shows: the last neuron's page links to the next.
		const read: readonly NeuronView[] = store.readLayerNeurons(
			context.run.id,
			layer.name,
			{ from, count: rowsPerPage + 1 },
		);
		const views = read.slice(0, rowsPerPage);
		tally = addTallies(tally, tallyOf(views, modules));
		clearest = clearestOf(views, modules, clearest);
		words.add(layer.position, views);
		const statistics = new Map<number, NeuronStatistics | null>();
		const chunks = [...chunksOf([...views.entries()], chunkSize)];
		// All asked for at once: the next are computed while the pages of these are written.
		const answers = chunks.map((chunk) =>
			statisticsOf(
				chunk.map(([, { unit }]) => unit),
				recorded,
				signal,
			),
		);
		const paged = ({ unit }: NeuronView): boolean => layer.hasPage(unit);
		const pagedUnits = read.filter(paged).map(({ unit }) => unit);
		const before: number | null = previous;
		for (const [number, chunk] of chunks.entries()) {
			throwIfInterrupted(signal);
			const found = (await answers[number]) ?? [];
			for (const [place, [, { unit }]] of chunk.entries())
				statistics.set(unit, found[place] ?? null);
			if (summary !== null) summary = addNeurons(summary, found, classOf);
			await forEachLimited(chunk, concurrency, async ([index, view]) => {
				if (!paged(view)) return;
				const audio = await placeClips(view, options.clips);
				const activation = await activationOf(
					view.unit,
					statistics.get(view.unit) ?? null,
					recorded,
				);
				const traces = await tracesOf(view, recorded);
				const text = neuronPage({
					context,
					layer,
					view,
					activation,
					position: from + index,
					previous: pagedUnits.findLast((unit) => unit < view.unit) ?? before,
					next: pagedUnits.find((unit) => unit > view.unit) ?? null,
					audioOf: ({ hash }) => audio.get(hash) ?? notPlaced,
					traceOf: ({ id }) => traces.get(id),
					paddingOf: ({ id }) => options.activations.padding(id),
				});
				await writeFile(join(folder, neuronFile(view.unit)), text);
			});
			options.onWritten(chunk.length);
		}
		await writeFile(
			join(folder, layerPageFile(page)),
			layerPage({
				context,
				layer,
				views,
				page,
				neurons,
				activations:
					"missing" in recorded ? null : { statistics, data: recorded.data },
			}),
		);
		previous = views.findLast(paged)?.unit ?? before;
		pages += 1 + views.filter(paged).length;
	}
	return { layer, tally, clearest, activations: summary, pages };
}

/** Nothing when the recording cannot be read. A failure is told when it is waited for. */
function statisticsOf(
	units: readonly number[],
	recorded: LayerActivations | Missing,
	signal: AbortSignal | undefined,
): Promise<readonly (NeuronStatistics | null)[]> {
	if ("missing" in recorded) return Promise.resolve([]);
	const answer = recorded.statistics(units, signal);
	answer.catch(() => undefined);
	return answer;
}

/** The neuron's courses over its exemplars, by clip id; those that were recorded. */
async function tracesOf(
	view: NeuronView,
	recorded: LayerActivations | Missing,
): Promise<ReadonlyMap<string, Trace>> {
	if ("missing" in recorded) return new Map();
	const clips = [...view.high, ...view.low].map(({ clip }) => clip.id);
	const traces = await recorded.traces(view.unit, clips);
	return new Map(traces.map((trace) => [trace.clip, trace]));
}

/** What a neuron's page shows of its activations. */
async function activationOf(
	unit: number,
	statistics: NeuronStatistics | null,
	recorded: LayerActivations | Missing,
): Promise<NeuronActivation> {
	if ("missing" in recorded) return recorded;
	if (statistics === null)
		return { missing: "its activations are not finite on every clip" };
	return {
		statistics,
		values: await recorded.values(unit),
		data: recorded.data,
	};
}

const notPlaced: ClipAudio = { missing: "it was not put into the report" };

/** Puts a neuron's clips in place; by hash, as a neuron's page links them. */
async function placeClips(
	view: NeuronView,
	clips: ClipFolder,
): Promise<ReadonlyMap<string, ClipAudio>> {
	const audio = new Map<string, ClipAudio>();
	for (const { clip } of [...view.high, ...view.low]) {
		const placed = await clips.place(clip);
		audio.set(
			clip.hash,
			"file" in placed
				? { href: `../../${clipsFolder}/${placed.file}` }
				: placed,
		);
	}
	return audio;
}
