/** Parts and finished recordings to the final files: one neuron-major `.npy` per layer, `[units, clips]`, so that a neuron is one read. */
import { join } from "node:path";
import { bytesPerValue, type Precision } from "../shared/elements.ts";
import { writeAtomically } from "../shared/files.ts";
import { npyHeader } from "../shared/npy.ts";
import { openNpyMatrix } from "../shared/npy-matrix.ts";
import { type Part, readPartRows } from "./parts.ts";
import type { RecordingPlan } from "./plan.ts";

/** Upper bound of the block of neurons held in memory, and of what is read at a time. */
const BLOCK_BYTES = 8 * 2 ** 20;

/** Where some columns of a layer come from. */
type Provider = {
	/** Columns it has on disk. */
	readonly width: number;
	/** Pairs (its column, the layer file's column). */
	readonly from: Int32Array;
	readonly to: Int32Array;
	/** Rows `start` to `start + count - 1` into `buffer`, `[count, width]`. */
	read(start: number, count: number, buffer: Uint8Array): Promise<void>;
	close(): Promise<void>;
};

/** The clips of the finished recording in column order: in a part or a source of theirs, and excluded nowhere. */
export function usableClips(
	plan: RecordingPlan,
	parts: readonly (readonly Part[])[],
): number[] {
	const found = new Uint8Array(plan.clipHashes.length);
	for (const { clips } of plan.sources)
		for (const clip of clips) found[clip] = 1;
	for (const part of parts.flat())
		for (const clip of part.clips) found[clip] = 1;
	for (const part of parts.flat())
		for (const { clip } of part.excluded) found[clip] = 0;
	return [...found.keys()].filter((clip) => found[clip] === 1);
}

/** Of each column the share of the clip's input that is padding; null where an older recording or part does not say. */
export function paddingOf(
	{ sources }: Pick<RecordingPlan, "sources">,
	parts: readonly (readonly Part[])[],
	columns: readonly number[],
): (number | null)[] {
	const known = new Map<number, number>();
	for (const { clips, padding } of [...sources, ...parts.flat()])
		for (const [index, clip] of clips.entries()) {
			const share = padding[index];
			if (share != null) known.set(clip, share);
		}
	return columns.map((clip) => known.get(clip) ?? null);
}

/**
 * Writes a layer. Memory: a block of 8 MiB, and as much again when a source is read, whatever the number of clips and neurons. The file appears under its name only when it
 * is whole and on disk.
 */
export async function writeLayerFile(options: {
	readonly path: string;
	/** Index into the plan's layers. */
	readonly layer: number;
	readonly plan: RecordingPlan;
	/** By job. */
	readonly parts: readonly (readonly Part[])[];
	/** Indices into the plan's clips, in column order. */
	readonly columns: readonly number[];
	/** Folder of all recordings. */
	readonly recordings: string;
	/** Memory to work in, for layer after layer: what is allocated anew for each may wait long to be freed. */
	readonly scratch?: Scratch;
}): Promise<void> {
	const { path, layer, plan, columns, scratch = createScratch() } = options;
	const { units } = plan.layers[layer] as { units: number };
	const bytes = bytesPerValue(plan.precision);
	const columnOf = new Int32Array(plan.clipHashes.length).fill(-1);
	for (const [column, clip] of columns.entries()) columnOf[clip] = column;
	const providers = [
		...partProviders(options, columnOf),
		...(await sourceProviders(options, columnOf)),
	];
	const widest = Math.max(...providers.map(({ width }) => width));
	const blockUnits = Math.max(
		1,
		Math.min(
			units,
			Math.floor(BLOCK_BYTES / (Math.max(widest, columns.length) * bytes)),
		),
	);
	const values = blockIn(
		scratch.values(blockUnits * columns.length * bytes),
		plan.precision,
	);
	const read = blockIn(
		scratch.read(blockUnits * widest * bytes),
		plan.precision,
	);
	try {
		await writeAtomically(path, async (file) => {
			await file.writeFile(
				npyHeader({ shape: [units, columns.length], type: plan.precision }),
			);
			for (let start = 0; start < units; start += blockUnits) {
				const count = Math.min(blockUnits, units - start);
				for (const provider of providers) {
					await provider.read(start, count, new Uint8Array(read.buffer));
					place(provider, count, read, values, columns.length);
				}
				await file.writeFile(
					new Uint8Array(values.buffer, 0, count * columns.length * bytes),
				);
			}
		});
	} finally {
		await Promise.all(providers.map((provider) => provider.close()));
	}
}

type Block = Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;

/** Values by their bits: copied, never interpreted. */
function blockIn(buffer: ArrayBuffer, precision: Precision): Block {
	return precision === "float16"
		? new Uint16Array(buffer)
		: new Uint32Array(buffer);
}

/** Two buffers that grow to the largest size asked for, in bytes. */
export type Scratch = {
	readonly values: (bytes: number) => ArrayBuffer;
	readonly read: (bytes: number) => ArrayBuffer;
};

export function createScratch(): Scratch {
	const growing = () => {
		let buffer = new ArrayBuffer(0);
		return (bytes: number): ArrayBuffer => {
			// A multiple of the size of any value.
			const wanted = Math.ceil(bytes / 4) * 4;
			if (buffer.byteLength < wanted) buffer = new ArrayBuffer(wanted);
			return buffer;
		};
	};
	return { values: growing(), read: growing() };
}

function place(
	{ width, from, to }: Provider,
	count: number,
	read: Block,
	values: Block,
	clips: number,
): void {
	for (let row = 0; row < count; row += 1)
		for (let index = 0; index < from.length; index += 1)
			values[row * clips + (to[index] as number)] = read[
				row * width + (from[index] as number)
			] as number;
}

function pairs(
	clips: readonly number[],
	columnOf: Int32Array,
	ownColumns: readonly number[] | null,
): { readonly from: Int32Array; readonly to: Int32Array } {
	const kept = [...clips.keys()].filter(
		(index) => (columnOf[clips[index] as number] as number) >= 0,
	);
	return {
		from: Int32Array.from(kept, (index) => ownColumns?.[index] ?? index),
		to: Int32Array.from(
			kept,
			(index) => columnOf[clips[index] as number] as number,
		),
	};
}

function partProviders(
	{
		layer,
		plan,
		parts,
	}: {
		readonly layer: number;
		readonly plan: RecordingPlan;
		readonly parts: readonly (readonly Part[])[];
	},
	columnOf: Int32Array,
): Provider[] {
	const bytes = bytesPerValue(plan.precision);
	return plan.jobs.flatMap((job, index) => {
		if (!job.layers.includes(layer)) return [];
		const before = job.layers.slice(0, job.layers.indexOf(layer));
		const firstRow = before.reduce(
			(sum, other) => sum + (plan.layers[other]?.units ?? 0),
			0,
		);
		return (parts[index] ?? [])
			.filter(({ clips }) => clips.length > 0)
			.map(
				(part): Provider => ({
					width: part.clips.length,
					...pairs(part.clips, columnOf, null),
					read: (start, count, buffer) =>
						readPartRows(
							part,
							part.clips.length * bytes,
							firstRow + start,
							count,
							buffer,
						),
					close: async () => {},
				}),
			);
	});
}

async function sourceProviders(
	{
		layer,
		plan,
		recordings,
	}: {
		readonly layer: number;
		readonly plan: RecordingPlan;
		readonly recordings: string;
	},
	columnOf: Int32Array,
): Promise<Provider[]> {
	const providers: Provider[] = [];
	for (const source of plan.sources) {
		const held = source.layers.find((one) => one.layer === layer);
		if (held === undefined) continue;
		const matrix = await openNpyMatrix(
			join(recordings, source.directory, held.file),
			[plan.precision],
		);
		providers.push({
			width: matrix.columns,
			...pairs(source.clips, columnOf, source.columns),
			read: async (start, count, buffer) =>
				buffer.set(await matrix.readRowBytes(start, count)),
			close: () => matrix.close(),
		});
	}
	return providers;
}
