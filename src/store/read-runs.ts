/** Runs as they are read: the list, one of them, how far it is. */
import { resolve } from "node:path";
import { z } from "zod";
import type { ModuleName, Pooling } from "../types.ts";
import type { Connection } from "./connection.ts";
import { LATEST } from "./descriptions.ts";
import { anyJson, jsonColumn, parseRow } from "./rows.ts";
import { resolveRun, unknownRun } from "./run-names.ts";
import type { ViewMethods } from "./store.ts";
import type { LayerStatuses, RunView, StatusCounts } from "./views.ts";

/** In pipeline order. */
export const MODULES: readonly ModuleName[] = [
	"closed-set",
	"summarize",
	"summary-calibration",
	"open-set-extraction",
];

/** Tags of the run r, as a JSON array in tag order. */
const TAGS =
	"(SELECT json_group_array(tag ORDER BY tag) FROM run_tags WHERE run = r.id) AS tags";

export function runViewMethods(
	connection: Connection,
): Pick<
	ViewMethods,
	"listRuns" | "readRun" | "countStatuses" | "outcomeRevision"
> {
	const { database, read } = connection;
	const list = database.prepare(`
		SELECT r.id, r.status, r.started_at AS startedAt, r.finished_at AS finishedAt, ${TAGS}, networks.name AS network,
			probe_sets.name AS probeSet, r.concept_set_name AS conceptSet,
			(SELECT count(*) FROM neurons JOIN run_layers ON run_layers.id = neurons.layer WHERE run = r.id) AS neurons
		FROM runs r JOIN networks ON networks.id = r.network JOIN probe_sets ON probe_sets.hash = r.probe_set
		ORDER BY r.sequence DESC`);
	const revision = connection.database
		.prepare(
			"SELECT coalesce(max(d.id), 0) FROM run_layers l JOIN neurons n ON n.layer = l.id JOIN descriptions d ON d.neuron = n.id WHERE l.run = ?",
		)
		.pluck();
	return {
		listRuns: () =>
			read(() => list.all().map((row) => parseRow(summaryRow, row, "runs"))),
		readRun: runReader(connection),
		countStatuses: statusCounter(connection),
		outcomeRevision: (run) => connection.read(() => Number(revision.get(run))),
	};
}

const status = z.enum(["running", "complete", "incomplete", "interrupted"]);
const tags = jsonColumn(z.array(z.string()));
const summaryRow = z.object({
	id: z.string(),
	status,
	startedAt: z.string(),
	finishedAt: z.string().nullable(),
	tags,
	network: z.string(),
	probeSet: z.string(),
	conceptSet: z.string(),
	neurons: z.number(),
});

const excluded = jsonColumn(
	z.array(
		z.object({
			id: z.string(),
			path: z.string(),
			code: z.string(),
			message: z.string(),
		}),
	),
);
const json = jsonColumn(anyJson);
const jsonOrNull = z.union([z.null(), json]);
const runRow = z.object({
	id: z.string(),
	key: z.string(),
	status,
	startedAt: z.string(),
	finishedAt: z.string().nullable(),
	tags,
	resolved: json,
	asPassed: json,
	toolVersion: z.string(),
	seeds: json,
	networkHash: z.string(),
	networkName: z.string(),
	descriptor: json,
	probeSetHash: z.string(),
	probeSetName: z.string(),
	excludedBefore: excluded,
	excludedWhileRecording: excluded,
	warnings: jsonColumn(
		z.array(
			z.object({ id: z.string(), code: z.string(), message: z.string() }),
		),
	),
	clips: z.number(),
	recordingId: z.string(),
	recordingPath: z.string(),
	conceptSetName: z.string(),
	conceptSetHash: z.string(),
	neurons: jsonOrNull,
	counts: jsonOrNull,
	timings: jsonOrNull,
	source: z.string().nullable(),
});

const layerRow = z.object({
	id: z.number(),
	name: z.string(),
	units: z.number(),
	pooling: z.enum([
		"mean",
		"max",
		"first",
		"p95",
		"firing",
		"none",
	] satisfies Pooling[]),
});

function runReader(connection: Connection): (name: string) => RunView {
	const { database, directory, read } = connection;
	const select = database.prepare(`
		SELECT r.id, r.key, r.status, r.started_at AS startedAt, r.finished_at AS finishedAt, ${TAGS}, r.resolved,
			r.as_passed AS asPassed, r.tool_version AS toolVersion, r.seeds, n.hash AS networkHash, n.name AS networkName,
			n.descriptor, p.hash AS probeSetHash, p.name AS probeSetName, p.excluded AS excludedBefore,
			c.excluded AS excludedWhileRecording, c.warnings, c.id AS recordingId, c.path AS recordingPath,
			(SELECT count(*) FROM recording_columns WHERE recording = c.id) AS clips,
			r.concept_set_name AS conceptSetName, r.concept_set_hash AS conceptSetHash, r.neurons, r.counts, r.timings, r.source
		FROM runs r JOIN networks n ON n.id = r.network JOIN probe_sets p ON p.hash = r.probe_set
			JOIN recordings c ON c.id = r.recording
		WHERE r.id = ?`);
	const layers = database.prepare(
		"SELECT id, name, units, pooling FROM run_layers WHERE run = ? ORDER BY position",
	);
	return (name) => {
		const id = resolveRun(connection, name);
		return read(() => {
			const row = parseRow(runRow, select.get(id), "runs");
			const before = new Set(row.excludedBefore.map((clip) => clip.id));
			return {
				id,
				key: row.key,
				status: row.status,
				startedAt: row.startedAt,
				finishedAt: row.finishedAt,
				tags: row.tags,
				resolved: row.resolved,
				asPassed: row.asPassed,
				toolVersion: row.toolVersion,
				seeds: row.seeds,
				network: {
					hash: row.networkHash,
					name: row.networkName,
					descriptor: row.descriptor,
				},
				probeSet: {
					hash: row.probeSetHash,
					name: row.probeSetName,
					clips: row.clips,
					excluded: [
						...row.excludedBefore,
						...row.excludedWhileRecording.filter(
							(clip) => !before.has(clip.id),
						),
					],
					warnings: row.warnings,
				},
				recording: {
					id: row.recordingId,
					path: resolve(directory, row.recordingPath),
				},
				conceptSet: { name: row.conceptSetName, hash: row.conceptSetHash },
				layers: layers.all(id).map((layer) => {
					const { name, units, pooling } = parseRow(
						layerRow,
						layer,
						"run_layers",
					);
					return { name, units, pooling };
				}),
				neurons: row.neurons,
				counts: row.counts,
				timings: row.timings,
				source: row.source,
			};
		});
	};
}

const statusRow = z.object({
	layer: z.string(),
	neurons: z.number(),
	module: z.enum(MODULES).nullable(),
	described: z.number(),
	skipped: z.number(),
	failed: z.number(),
});

function statusCounter(
	connection: Connection,
): (run: string) => LayerStatuses[] {
	const { database, read } = connection;
	const runExists = database.prepare("SELECT 1 FROM runs WHERE id = ?");
	const count = database.prepare(`
		SELECT l.name AS layer, (SELECT count(*) FROM neurons WHERE layer = l.id) AS neurons, d.module,
			count(*) FILTER (WHERE d.status = 'described') AS described,
			count(*) FILTER (WHERE d.status = 'skipped') AS skipped,
			count(*) FILTER (WHERE d.status = 'failed') AS failed
		FROM run_layers l LEFT JOIN neurons n ON n.layer = l.id LEFT JOIN descriptions d ON d.neuron = n.id AND ${LATEST}
		WHERE l.run = ? GROUP BY l.id, d.module ORDER BY l.position`);
	return (run) =>
		read(() => {
			if (runExists.get(run) === undefined) throw unknownRun(connection, run);
			const byLayer = new Map<
				string,
				{ neurons: number; modules: Map<ModuleName, StatusCounts> }
			>();
			for (const raw of count.all(run)) {
				const { layer, neurons, module, ...counts } = parseRow(
					statusRow,
					raw,
					"descriptions",
				);
				const entry = byLayer.get(layer) ?? { neurons, modules: new Map() };
				byLayer.set(layer, entry);
				if (module !== null) entry.modules.set(module, counts);
			}
			return [...byLayer].map(([layer, { neurons, modules }]) => {
				const of = (module: ModuleName): StatusCounts =>
					modules.get(module) ?? { described: 0, skipped: 0, failed: 0 };
				return {
					layer,
					neurons,
					modules: {
						"closed-set": of("closed-set"),
						summarize: of("summarize"),
						"summary-calibration": of("summary-calibration"),
						"open-set-extraction": of("open-set-extraction"),
					},
				};
			});
		});
}
