/** From a run and a layer name to the row id of the layer. */
import { StoreError } from "../errors.ts";
import { didYouMean } from "../shared/suggest.ts";
import type { Connection } from "./connection.ts";
import { unknownRun } from "./run-names.ts";

/** StoreError `run_unknown`, `layer_unknown` with a suggestion. */
export function layerFinder(
	connection: Connection,
): (run: string, layer: string) => number {
	const { database } = connection;
	const find = database
		.prepare("SELECT id FROM run_layers WHERE run = ? AND name = ?")
		.pluck();
	const known = database
		.prepare("SELECT name FROM run_layers WHERE run = ? ORDER BY position")
		.pluck();
	const runExists = database.prepare("SELECT 1 FROM runs WHERE id = ?");
	return (run, layer) => {
		const id = find.get(run, layer);
		if (typeof id === "number") return id;
		if (runExists.get(run) === undefined) throw unknownRun(connection, run);
		const layers = known.all(run).map(String);
		throw new StoreError(`layer "${layer}" is not in run ${run}`, {
			code: "layer_unknown",
			hint:
				didYouMean(layer, layers) ??
				(layers.length === 0
					? "The run has no layers."
					: `Its layers are ${layers.join(", ")}.`),
		});
	};
}
