/** Worker thread: statistics of a layer's neurons, read from the recording in blocks. */
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { DataError, toErrorRecord } from "../../errors.ts";
import { openNpyMatrix } from "../../shared/npy-matrix.ts";
import type { ErrorRecord } from "../../types.ts";
import type { ClipTable } from "./clip-table.ts";
import {
	neuronStatistics,
	type StatisticsOptions,
} from "./neuron-statistics.ts";
import type { NeuronStatistics } from "./statistics-types.ts";

export type ActivationsTask = {
	readonly table: ClipTable;
	readonly options: StatisticsOptions;
};
/** `units` ascending. */
export type ActivationsRequest = {
	readonly path: string;
	readonly units: readonly number[];
};
/** One entry per unit asked for; null: its activations are not finite. */
export type ActivationsReply =
	| { readonly statistics: readonly (NeuronStatistics | null)[] }
	| { readonly error: ErrorRecord };

const blockBytes = 8 * 2 ** 20;

function serve(port: MessagePort, { table, options }: ActivationsTask): void {
	const compute = neuronStatistics(table, options);
	const blockUnits = Math.max(
		1,
		Math.floor(blockBytes / (4 * Math.max(1, table.clips))),
	);
	const answer = async ({
		path,
		units,
	}: ActivationsRequest): Promise<ActivationsReply> => {
		const matrix = await openNpyMatrix(path);
		try {
			if (matrix.columns !== table.clips)
				throw new DataError(
					`${path} does not belong to these clips: expected ${table.clips} columns, got ${matrix.columns}`,
					{
						code: "clips_mismatch",
						hint: "Run `audio-dissect record` again, which makes a recording of the clips there are now.",
					},
				);
			const statistics: (NeuronStatistics | null)[] = [];
			for (let at = 0; at < units.length; ) {
				const from = units[at] as number;
				let count = 1;
				while (count < blockUnits && units[at + count] === from + count)
					count += 1;
				const values = await matrix.readRows(from, count);
				for (let row = 0; row < count; row += 1)
					statistics.push(
						compute(
							from + row,
							values.subarray(row * matrix.columns, (row + 1) * matrix.columns),
						),
					);
				at += count;
			}
			return { statistics };
		} finally {
			await matrix.close();
		}
	};
	port.on("message", (request: ActivationsRequest) => {
		answer(request).then(
			(reply) => port.postMessage(reply),
			(error: unknown) =>
				port.postMessage({
					error: toErrorRecord(error),
				} satisfies ActivationsReply),
		);
	});
}

if (parentPort !== null) serve(parentPort, workerData as ActivationsTask);
