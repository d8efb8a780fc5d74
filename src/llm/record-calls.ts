/** Commits answered calls: those that end in the same turn of the event loop share one commit, and none is used before it is on disk. */
import type { CallCharge, CallRecord } from "../types.ts";
import type { CallStore } from "./calls.ts";

type Waiting = {
	readonly record: CallRecord;
	readonly charge: CallCharge | undefined;
	readonly resolve: (id: number) => void;
	readonly reject: (error: unknown) => void;
};

/**
 * Returns `record(call, charge)`, which resolves with the call's id once it is committed. A commit waits for the disk, and so does the whole
 * process: with 64 replies at a time on a busy disk that was a third of the time. Rejects with what the store throws.
 */
export function createCallRecorder(
	calls: CallStore,
): (record: CallRecord, charge: CallCharge | undefined) => Promise<number> {
	let waiting: Waiting[] = [];
	const commit = (): void => {
		const block = waiting;
		waiting = [];
		try {
			const ids =
				calls.recordCalls?.(block) ??
				block.map(({ record, charge }) => calls.recordCall(record, charge));
			for (const [index, { resolve }] of block.entries())
				resolve(ids[index] as number);
		} catch (error) {
			for (const { reject } of block) reject(error);
		}
	};
	return (record, charge) =>
		new Promise((resolve, reject) => {
			waiting.push({ record, charge, resolve, reject });
			// After the replies that have arrived already.
			if (waiting.length === 1) setImmediate(commit);
		});
}
