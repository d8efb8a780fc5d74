/** Finished clips become parts. */
import {
	type PartHeader,
	type PlacedPart,
	partPath,
	storedValues,
	transpose,
	writePart,
} from "./parts.ts";
import type { RecordingPlan } from "./plan.ts";

/** Of work that an interruption may cost; a clip that takes longer is a part of its own. */
const PART_MILLISECONDS = 5_000;

/** Clips that follow one another, as places among the job's. */
export type Range = { readonly start: number; readonly end: number };

export type PartWriter = {
	/** So far, in order. */
	readonly written: readonly PlacedPart[];
	/** Takes the clips that follow those before: what became of them, and `[units]` of each usable one. */
	add(
		range: Range,
		header: PartHeader,
		values: readonly Float32Array[],
	): Promise<void>;
	/** The part is over, whatever its size. */
	end(): Promise<void>;
	/** Waits for the last write. */
	close(): Promise<void>;
};

/**
 * Collects clips and writes them as a part when these are as many as the plan says, or after a few seconds; a part is written while the next one is
 * computed. The last parts are those of `end` and `close`.
 */
export function openPartWriter(options: {
	readonly plan: RecordingPlan;
	/** Of the recording. */
	readonly directory: string;
	/** Of the job, its place in the plan. */
	readonly number: number;
	/** Of all layers of the job. */
	readonly units: number;
}): PartWriter {
	const { plan, directory, number, units } = options;
	const written: PlacedPart[] = [];
	let open: (Range & { readonly header: PartHeader }) | undefined;
	let collected: Float32Array[] = [];
	let writing: Promise<void> = Promise.resolve();
	let due = false;
	const startClock = (): NodeJS.Timeout => {
		due = false;
		return setTimeout(() => {
			due = true;
		}, PART_MILLISECONDS).unref();
	};
	let clock = startClock();
	const end = async (): Promise<void> => {
		clearTimeout(clock);
		clock = startClock();
		if (open === undefined) return;
		const part = open;
		const rows = new Float32Array(collected.length * units);
		for (const [clip, values] of collected.entries())
			rows.set(values, clip * units);
		const bytes = storedValues(
			transpose(rows, collected.length, units),
			plan.precision,
		);
		open = undefined;
		collected = [];
		await writing;
		const path = partPath(directory, number, part.start);
		writing = writePart(path, part.header, bytes).then((made) => {
			written.push({ part: made, start: part.start, end: part.end });
		});
		writing.catch(() => undefined);
	};
	return {
		written,
		async add(range, header, values) {
			collected.push(...values);
			open = {
				start: open?.start ?? range.start,
				end: range.end,
				header: joined(open?.header, header),
			};
			if (due || open.end - open.start >= plan.clipsPerPart) await end();
		},
		end,
		async close() {
			clearTimeout(clock);
			await writing;
		},
	};
}

function joined(before: PartHeader | undefined, next: PartHeader): PartHeader {
	if (before === undefined) return next;
	return {
		clips: [...before.clips, ...next.clips],
		padding: [...before.padding, ...next.padding],
		excluded: [...before.excluded, ...next.excluded],
		warnings: [...before.warnings, ...next.warnings],
	};
}
