/** Writes the HTML report of a run: a folder that opens from disk, needs no server and asks the network for nothing. */
import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { throwIfInterrupted } from "../../errors.ts";
import { hashJson } from "../../shared/hash.ts";
import { packageVersion } from "../../shared/package.ts";
import { quizWarnings } from "../../shared/quiz-warnings.ts";
import type { LongOptions } from "../../types.ts";
import {
	openReportActivations,
	type ReportActivations,
} from "./activations.ts";
import { openClipFolder } from "./clips.ts";
import { conceptIndex } from "./concept-index.ts";
import { conceptsPage } from "./concepts-page.ts";
import {
	type PageSelection,
	type ReportContext,
	reportContext,
} from "./context.ts";
import { figuresOf } from "./figures.ts";
import { indexPage } from "./index-page.ts";
import type { LayerOverview } from "./layers-table.ts";
import {
	clipsFolder,
	conceptsFile,
	indexFile,
	stylesheetFile,
	stylesheetFolder,
} from "./names.ts";
import type { ReportSource } from "./source.ts";
import { stylesheet } from "./styles.ts";
import { addTallies, emptyTally } from "./tally.ts";
import { openReportTarget, readReportMarker, unwritable } from "./target.ts";
import { writeLayer } from "./write-layer.ts";

export type ReportOptions = LongOptions &
	PageSelection & {
		/** An open store. */
		readonly store: ReportSource;
		/** Id, start of an id, tag, or `latest`. */
		readonly run: string;
		/** Created; an earlier report there is replaced once the new one is whole. */
		readonly directory: string;
		/**
		 * Values of numeric attributes that mean "none", by attribute: `{ f0_hz: [0], snr_db: [-999] }`. Left out: 0 in attributes named in Hz, and
		 * values several clips share that are far outside of all others; every value taken out is stated where the attribute is shown.
		 */
		readonly missingValues?:
			| Readonly<Record<string, readonly number[]>>
			| undefined;
		/** A report of the same results that is there already stays as it is (its times per stage too). Default: it is written anew. */
		readonly keepWhenUnchanged?: boolean | undefined;
	};

export type ReportResult = {
	/** Absolute path of the start page. */
	readonly index: string;
	/** HTML files. */
	readonly pages: number;
	/** Audio files. */
	readonly clips: number;
	/** It was there already. */
	readonly kept: boolean;
};

/**
 * Writes a start page, an index of concepts, tables per layer, a page per neuron (`layers` and `neurons` restrict these, never the tables), and the
 * clips they play.
 * Activations are read from the recording's files; when they are gone the pages say so. The same store and recording give the same bytes.
 * Memory holds one table page of neurons at a time (1,024).
 * Errors: DataError `report_directory_taken`, StoreError `report_unwritable`, `run_unknown`; ConfigError `layer_unknown`; InterruptedError.
 *
 * @example
 * const { index } = await report({ store, run: "latest", directory: "report" });
 */
export async function report(options: ReportOptions): Promise<ReportResult> {
	throwIfInterrupted(options.signal);
	const context = reportContext(options.store.readRun(options.run), options);
	const directory = resolve(options.directory);
	const index = join(directory, indexFile);
	const content = contentOf(options, context);
	if (options.keepWhenUnchanged === true) {
		const there = await readReportMarker(directory);
		if (there?.content === content)
			return { index, pages: there.pages, clips: there.clips, kept: true };
	}
	const target = await openReportTarget({ directory, run: context.run.id });
	let activations: ReportActivations | undefined;
	try {
		activations = await openReportActivations({
			store: options.store,
			run: context.run,
			missingValues: options.missingValues ?? {},
		});
		const written = await writeAll(
			options,
			context,
			target.partial,
			activations,
		);
		throwIfInterrupted(options.signal);
		await target.commit({ content, ...written });
		return { index, ...written, kept: false };
	} catch (error) {
		await target.abandon();
		throw isSystemError(error) ? unwritable(directory, error) : error;
	} finally {
		await activations?.close();
	}
}

/** Hash of what a report shows but for the times per stage: version, run, outcomes, evaluations. */
function contentOf(
	{ store, layers = [], neurons, missingValues = {} }: ReportOptions,
	{ run }: ReportContext,
): string {
	return hashJson({
		version: packageVersion(),
		run: run.id,
		status: run.status,
		tags: run.tags,
		outcomes: store.outcomeRevision(run.id),
		evaluations: store.readEvaluations(run.id),
		missingValues,
		layers,
		neurons: [...(neurons ?? [])].map(([layer, units]) => [layer, [...units]]),
	});
}

async function writeAll(
	{ store, signal, onProgress }: ReportOptions,
	context: ReportContext,
	directory: string,
	activations: ReportActivations,
): Promise<{ readonly pages: number; readonly clips: number }> {
	const { run, settings } = context;
	await mkdir(join(directory, stylesheetFolder));
	await writeFile(join(directory, stylesheetFile), stylesheet);
	const clips = await openClipFolder(join(directory, clipsFolder));
	const words = conceptIndex(settings.modules);
	const neurons = new Map(
		store.countStatuses(run.id).map((counts) => [counts.layer, counts.neurons]),
	);
	const total = [...neurons.values()].reduce((sum, count) => sum + count, 0);
	let done = 0;
	let pages = 0;
	const layers: LayerOverview[] = [];
	for (const layer of context.layers) {
		const overview = await writeLayer({
			store,
			context,
			layer,
			neurons: neurons.get(layer.name) ?? 0,
			activations,
			directory,
			clips,
			words,
			signal,
			onWritten: (count) => {
				done += count;
				onProgress?.({ stage: "report", done, total });
			},
		});
		layers.push(overview);
		pages += overview.pages;
	}
	const tally = layers.reduce(
		(sum, overview) => addTallies(sum, overview.tally),
		emptyTally,
	);
	const concepts = words.concepts();
	const adjectives = words.adjectives();
	const evaluations = store.readEvaluations(run.id);
	const figures = figuresOf({
		evaluations,
		tally,
		settings,
	});
	await writeFile(
		join(directory, conceptsFile),
		conceptsPage({ context, concepts, adjectives }),
	);
	await writeFile(
		join(directory, indexFile),
		indexPage({
			context,
			figures,
			layers,
			tally,
			modelWarnings: quizWarnings(evaluations),
			words: { concepts: concepts.length, adjectives: adjectives.length },
			evaluations: store.readEvaluations(run.id),
		}),
	);
	return { pages: pages + 2, clips: clips.count() };
}

/** Thrown by the operating system (no room, no right ...), not by us. */
function isSystemError(error: unknown): boolean {
	return error instanceof Error && "syscall" in error && "errno" in error;
}
