/** Neurons with their exemplars, and what the modules said about them: attempts are added, never overwritten. */
import { z } from "zod";
import { StoreError } from "../errors.ts";
import { sha256 } from "../shared/hash.ts";
import type { NeuronExemplars } from "../types.ts";
import { conceptWriter } from "./concepts.ts";
import type { Connection } from "./connection.ts";
import { layerFinder } from "./layers.ts";
import { outcomeOf } from "./outcomes.ts";
import { errorToJson, jsonColumn, parseRow, toJson } from "./rows.ts";
import { unknownRun } from "./run-names.ts";
import type { DescriptionMethods, StoredDescription } from "./store.ts";

/** The rows d of `descriptions` that are the latest attempt of their neuron and module. */
export const LATEST = `d.attempt = (SELECT max(attempt) FROM descriptions WHERE neuron = d.neuron AND module = d.module)`;

export function descriptionMethods(
	connection: Connection,
): Omit<DescriptionMethods, "putEvaluation" | "readEvaluations"> {
	const { database, read } = connection;
	const findLayer = layerFinder(connection);
	const settled = database.prepare(`
		SELECT n.unit FROM descriptions d JOIN neurons n ON n.id = d.neuron
		WHERE n.layer = ? AND d.module = ? AND d.status <> 'failed' AND ${LATEST} ORDER BY n.unit`);
	const runExists = database.prepare("SELECT 1 FROM runs WHERE id = ?");
	const unsettled = database
		.prepare(
			`SELECT count(*) FROM run_layers l JOIN neurons n ON n.layer = l.id
			WHERE l.run = ? AND NOT EXISTS (SELECT 1 FROM descriptions d WHERE d.neuron = n.id AND d.module = ? AND d.status <> 'failed' AND ${LATEST})`,
		)
		.pluck();
	const outcomes = database.prepare(`
		SELECT n.unit, d.outcome FROM descriptions d JOIN neurons n ON n.id = d.neuron
		WHERE n.layer = ? AND d.module = ? AND ${LATEST} ORDER BY n.unit`);
	return {
		putNeurons: neuronWriter(connection),
		putDescriptions: descriptionWriter(connection),
		settledUnits: (run, layer, module) =>
			read(
				() =>
					new Set(
						settled
							.all(findLayer(run, layer), module)
							.map((row) => parseRow(unitRow, row, "neurons").unit),
					),
			),
		countUnsettled: (run, module) =>
			read(() => {
				if (runExists.get(run) === undefined) throw unknownRun(connection, run);
				return Number(unsettled.get(run, module));
			}),
		hashOutcomes: (run, layer, module) =>
			read(() =>
				sha256(JSON.stringify(outcomes.all(findLayer(run, layer), module))),
			),
		readOutcomes: (run, layer, module) =>
			read(
				() =>
					new Map(
						outcomes.all(findLayer(run, layer), module).map((row) => {
							const { unit, outcome } = parseRow(
								outcomeRow,
								row,
								"descriptions",
							);
							return [unit, outcome];
						}),
					),
			),
	};
}

const unitRow = z.object({ unit: z.number() });
const outcomeRow = z.object({
	unit: z.number(),
	outcome: jsonColumn(outcomeOf(z.unknown())),
});

function neuronWriter(
	connection: Connection,
): DescriptionMethods["putNeurons"] {
	const { database, write } = connection;
	const findLayer = layerFinder(connection);
	const insert = database.prepare(
		"INSERT INTO neurons (layer, unit, status) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
	);
	const insertExemplar = database.prepare(`
		INSERT INTO exemplars (neuron, side, rank, position, activation)
		SELECT @neuron, @side, @rank, position, @activation FROM recording_columns
		WHERE recording = (SELECT recording FROM runs WHERE id = @run) AND position = @clip`);
	const putOne = (run: string, entry: NeuronExemplars): void => {
		const { layer, unit } = entry.neuron;
		const status = toJson(entry.status, `the status of ${layer}#${unit}`);
		const { changes, lastInsertRowid } = insert.run(
			findLayer(run, layer),
			unit,
			status,
		);
		if (changes === 0) return;
		for (const side of ["high", "low"] as const)
			for (const exemplar of entry[side]) {
				const row = { run, neuron: lastInsertRowid, side, ...exemplar };
				if (insertExemplar.run(row).changes === 0)
					throw new StoreError(
						`${layer}#${unit}: clip ${exemplar.clip} is not a column of the run's recording`,
						{
							code: "clip_unknown",
							hint: "Give exemplars of the recording the run was started with.",
						},
					);
			}
	};
	return (run, entries) =>
		write(() => {
			for (const entry of entries) putOne(run, entry);
		});
}

function descriptionWriter(
	connection: Connection,
): DescriptionMethods["putDescriptions"] {
	const { database, now, write } = connection;
	const findLayer = layerFinder(connection);
	const putConcepts = conceptWriter(connection);
	const findNeuron = database
		.prepare("SELECT id FROM neurons WHERE layer = ? AND unit = ?")
		.pluck();
	const insert = database.prepare(`
		INSERT INTO descriptions (neuron, module, attempt, status, outcome, prompt_hash, model, at)
		SELECT @neuron, @module, coalesce(max(attempt), 0) + 1, @status, @outcome, @promptHash, @model, @at
		FROM descriptions WHERE neuron = @neuron AND module = @module`);
	const insertCall = database.prepare(
		"INSERT INTO description_calls (description, position, call) VALUES (?, ?, ?)",
	);
	const putOne = (run: string, entry: StoredDescription): void => {
		const { layer, unit, module, outcome, callIds = [] } = entry;
		const neuron = findNeuron.get(findLayer(run, layer), unit);
		if (neuron === undefined) throw unknownNeuron(run, layer, unit);
		const { lastInsertRowid } = insert.run({
			neuron,
			module,
			status: outcome.status,
			outcome:
				outcome.status === "failed"
					? `{"error":${errorToJson(outcome.error)},"status":"failed"}`
					: toJson(outcome, `the ${module} of ${layer}#${unit}`),
			promptHash: entry.promptHash ?? null,
			model: entry.model ?? null,
			at: now(),
		});
		for (const [position, call] of callIds.entries())
			insertCall.run(lastInsertRowid, position, call);
		if (outcome.status === "described")
			putConcepts(Number(lastInsertRowid), module, outcome.output);
	};
	return (run, entries) =>
		write(() => {
			for (const entry of entries) putOne(run, entry);
		});
}

/** The error for a neuron the run does not have. */
export function unknownNeuron(
	run: string,
	layer: string,
	unit: number,
): StoreError {
	return new StoreError(`neuron ${layer}#${unit} is not in run ${run}`, {
		code: "neuron_unknown",
		hint: "The run may be limited to other neurons, or not have come to it yet.",
	});
}
