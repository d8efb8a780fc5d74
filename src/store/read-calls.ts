/** The calls behind a run, a layer or a neuron. */

import { CALL_COLUMNS, callRow } from "./calls.ts";
import type { Connection } from "./connection.ts";
import { unknownNeuron } from "./descriptions.ts";
import { layerFinder } from "./layers.ts";
import { parseRow } from "./rows.ts";
import { unknownRun } from "./run-names.ts";
import type { ViewMethods } from "./store.ts";
import type { CallView } from "./views.ts";

/** Calls read at a time: a few megabytes with long prompts. */
const PAGE = 200;

export function callViewMethods(
	connection: Connection,
): Pick<ViewMethods, "runCalls" | "readCall"> {
	const { database, read } = connection;
	const findLayer = layerFinder(connection);
	const runExists = database.prepare("SELECT 1 FROM runs WHERE id = ?");
	const neuronExists = database.prepare(
		"SELECT 1 FROM neurons WHERE layer = ? AND unit = ?",
	);
	const page = database.prepare(`
		SELECT ${CALL_COLUMNS} FROM calls c
		WHERE c.id > @after AND c.id IN (
			SELECT dc.call FROM description_calls dc JOIN descriptions d ON d.id = dc.description
				JOIN neurons n ON n.id = d.neuron JOIN run_layers l ON l.id = n.layer
			WHERE l.run = @run AND (@layer IS NULL OR l.id = @layer) AND (@unit IS NULL OR n.unit = @unit))
		ORDER BY c.id LIMIT ${PAGE}`);
	const one = database.prepare(
		`SELECT ${CALL_COLUMNS} FROM calls c WHERE c.id = ?`,
	);
	return {
		readCall: (id) =>
			read(() => {
				const row = one.get(id);
				return row === undefined ? undefined : parseRow(callRow, row, "calls");
			}),
		runCalls: (run, layer, unit) => {
			// Checked here, not at the first step of the iteration.
			const layerId = read(() => {
				if (runExists.get(run) === undefined) throw unknownRun(connection, run);
				if (layer === undefined) return null;
				const id = findLayer(run, layer);
				if (unit !== undefined && neuronExists.get(id, unit) === undefined)
					throw unknownNeuron(run, layer, unit);
				return id;
			});
			const wanted = { run, layer: layerId, unit: unit ?? null };
			return {
				*[Symbol.iterator](): Generator<CallView, void> {
					let after = 0;
					for (;;) {
						const rows = read(() => page.all({ ...wanted, after }));
						for (const row of rows) {
							const call = parseRow(callRow, row, "calls");
							after = call.id;
							yield call;
						}
						if (rows.length < PAGE) return;
					}
				},
			};
		},
	};
}
