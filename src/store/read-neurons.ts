/** Neurons as they are read: a page of a layer with exemplars, clips and the latest attempt of every module. */

import { conceptKey } from "../shared/concept-key.ts";
import { spellingKey } from "../shared/spelling.ts";
import { clipViewer } from "./clip-views.ts";
import { conceptMatch } from "./concepts.ts";
import type { Connection } from "./connection.ts";
import { LATEST, unknownNeuron } from "./descriptions.ts";
import { layerFinder } from "./layers.ts";
import {
	type Description,
	descriptionRow,
	exemplarRow,
	neuronRow,
	triageRow,
} from "./neuron-rows.ts";
import { MODULES } from "./read-runs.ts";
import { parseRow } from "./rows.ts";
import { unknownRun } from "./run-names.ts";
import type { ViewMethods } from "./store.ts";
import type { ClipView, ExemplarView, NeuronView } from "./views.ts";

export function neuronViewMethods(
	connection: Connection,
): Pick<
	ViewMethods,
	| "readLayerNeurons"
	| "readStatuses"
	| "readNeuron"
	| "neuronsWithConcept"
	| "countTriage"
> {
	const { database, read } = connection;
	const findLayer = layerFinder(connection);
	const page = database.prepare(
		"SELECT id, unit, status FROM neurons WHERE layer = ? ORDER BY unit LIMIT ? OFFSET ?",
	);
	const one = database.prepare(
		"SELECT id, unit, status FROM neurons WHERE layer = ? AND unit = ?",
	);
	const whole = database.prepare(
		"SELECT id, unit, status FROM neurons WHERE layer = ? ORDER BY unit",
	);
	const triaged = database.prepare(`
		SELECT count(*) FILTER (WHERE EXISTS (SELECT 1 FROM json_each(n.status, '$.marks') WHERE value = 'not_describable')) AS notDescribable,
			count(*) FILTER (WHERE json_type(n.status, '$.triage.percentile') = 'null') AS unjudged
		FROM run_layers l JOIN neurons n ON n.layer = l.id WHERE l.run = ?`);
	const complete = neuronCompleter(connection);
	return {
		readLayerNeurons: (run, layer, { from, count }) =>
			read(() => complete(layer, page.all(findLayer(run, layer), count, from))),
		readStatuses: (run, layer) =>
			read(
				() =>
					new Map(
						whole.all(findLayer(run, layer)).map((row) => {
							const { unit, status } = parseRow(neuronRow, row, "neurons");
							return [unit, status];
						}),
					),
			),
		readNeuron: (run, layer, unit) =>
			read(() => {
				const [neuron] = complete(layer, one.all(findLayer(run, layer), unit));
				if (neuron === undefined) throw unknownNeuron(run, layer, unit);
				return neuron;
			}),
		neuronsWithConcept: conceptFinder(connection),
		countTriage: (run) =>
			read(() => parseRow(triageRow, triaged.get(run), "neurons")),
	};
}

/** Returns the function that makes views of rows of `neurons`: three queries whatever the number of rows. */
function neuronCompleter(
	connection: Connection,
): (layer: string, rows: unknown[]) => NeuronView[] {
	const { database } = connection;
	const exemplars = exemplarReader(connection);
	const descriptions = database.prepare(`
		SELECT d.neuron, d.module, d.attempt, d.outcome, d.prompt_hash AS promptHash, d.model,
			(SELECT json_group_array(call ORDER BY position) FROM description_calls WHERE description = d.id) AS callIds
		FROM json_each(?) AS wanted JOIN descriptions d ON d.neuron = wanted.value WHERE ${LATEST}`);
	return (layer, rows) => {
		const neurons = rows.map((row) => parseRow(neuronRow, row, "neurons"));
		const ids = JSON.stringify(neurons.map(({ id }) => id));
		const shown = exemplars(ids);
		const described = groupByNeuron(
			descriptions
				.all(ids)
				.map((row) => parseRow(descriptionRow, row, "descriptions")),
		);
		return neurons.map(({ id, unit, status }) => ({
			layer,
			unit,
			status,
			...(shown.get(id) ?? { high: [], low: [] }),
			...moduleViews(described.get(id) ?? []),
		}));
	};
}

type Sides = { readonly high: ExemplarView[]; readonly low: ExemplarView[] };

/** Returns the function that reads the exemplars of neurons (JSON array of row ids). */
function exemplarReader(
	connection: Connection,
): (neuronIds: string) => Map<number, Sides> {
	const { database } = connection;
	const viewOf = clipViewer(connection);
	const exemplars = database.prepare(`
		SELECT e.neuron, e.side, e.rank, e.activation, rc.clip
		FROM json_each(?) AS wanted JOIN exemplars e ON e.neuron = wanted.value
			JOIN neurons n ON n.id = e.neuron JOIN run_layers l ON l.id = n.layer JOIN runs r ON r.id = l.run
			JOIN recording_columns rc ON rc.recording = r.recording AND rc.position = e.position
		ORDER BY e.neuron, e.side, e.rank`);
	return (neuronIds) => {
		const clips = new Map<number, ClipView>();
		const clipOf = (row: number): ClipView => {
			const view = clips.get(row) ?? viewOf(row);
			clips.set(row, view);
			return view;
		};
		const found = new Map<number, Sides>();
		for (const raw of exemplars.all(neuronIds)) {
			const row = parseRow(exemplarRow, raw, "exemplars");
			const sides = found.get(row.neuron) ?? { high: [], low: [] };
			found.set(row.neuron, sides);
			const { rank, activation } = row;
			sides[row.side].push({ rank, activation, clip: clipOf(row.clip) });
		}
		return found;
	};
}

function groupByNeuron(
	descriptions: readonly Description[],
): Map<number, Description[]> {
	const groups = new Map<number, Description[]>();
	for (const description of descriptions) {
		const group = groups.get(description.neuron);
		if (group === undefined) groups.set(description.neuron, [description]);
		else group.push(description);
	}
	return groups;
}

type ModuleViews = Pick<
	NeuronView,
	"closedSet" | "summaries" | "calibrated" | "openSet" | "provenance"
>;

function moduleViews(descriptions: readonly Description[]): ModuleViews {
	const views: { -readonly [K in keyof ModuleViews]: ModuleViews[K] } = {
		closedSet: null,
		summaries: null,
		calibrated: null,
		openSet: null,
		provenance: MODULES.flatMap((module) =>
			descriptions
				.filter((description) => description.module === module)
				.map(({ promptHash, model, callIds, attempt }) => ({
					module,
					promptHash,
					model,
					callIds,
					attempt,
				})),
		),
	};
	for (const description of descriptions) {
		if (description.module === "closed-set")
			views.closedSet = description.outcome;
		else if (description.module === "summarize")
			views.summaries = description.outcome;
		else if (description.module === "summary-calibration")
			views.calibrated = description.outcome;
		else views.openSet = description.outcome;
	}
	return views;
}

function conceptFinder(
	connection: Connection,
): ViewMethods["neuronsWithConcept"] {
	const { database, read } = connection;
	const runExists = database.prepare("SELECT 1 FROM runs WHERE id = ?");
	const select = database.prepare(`
		SELECT l.name AS layer, n.unit, c.kind, c.rank, c.score, c.support, c.acoustic
		FROM concepts c JOIN descriptions d ON d.id = c.description JOIN neurons n ON n.id = d.neuron
			JOIN run_layers l ON l.id = n.layer
		WHERE (c.spelling = @spelling OR (c.spelling IS NULL AND c.lemma = @lemma)) AND (@kind IS NULL OR c.kind = @kind) AND l.run = @run AND ${LATEST}
		ORDER BY l.position, n.unit, c.kind, c.rank`);
	return (run, lemma, kind) =>
		read(() => {
			if (runExists.get(run) === undefined) throw unknownRun(connection, run);
			return select
				.all({
					run,
					lemma: conceptKey(lemma),
					spelling: spellingKey(lemma),
					kind: kind ?? null,
				})
				.map((row) => parseRow(conceptMatch, row, "concepts"));
		});
}
