/**
 * Values are taken over only when this very session gives them again, bit by bit, for a few of the clips. A clip is run by itself, so its values depend on
 * the session alone; a session can differ by the layers it taps (which operators onnxruntime fuses), the processor, or onnxruntime's version, and
 * such a difference shows in nearly every value of every clip.
 */

import { open } from "node:fs/promises";
import { join } from "node:path";
import type { TargetNetwork } from "../../network/load.ts";
import { bytesPerValue } from "../../shared/elements.ts";
import { readBytes } from "../../shared/files.ts";
import { readNpyHeader } from "../../shared/npy.ts";
import type { HashedClip } from "../../types.ts";
import type { ClipPool } from "../clip-pool.ts";
import { inferClips } from "../infer-clips.ts";
import { storedValues } from "../parts.ts";
import type { PlanBase } from "../plan.ts";
import { usable } from "../run-job.ts";
import type { TapPool } from "../tap-pool.ts";
import type { Cover, SourceBlock } from "./cover.ts";

/** Clips of a block that are run again. */
const CLIPS_TRIED = 3;
/** Units of a layer that are compared for each of them. */
const UNITS_TRIED = 256;

export type VerifyOptions = {
	readonly plan: PlanBase;
	readonly network: TargetNetwork;
	readonly clips: readonly HashedClip[];
	readonly pool: ClipPool;
	/** Sessions that tap these layers (indices). */
	readonly openTaps: (layers: readonly number[]) => Promise<TapPool>;
	/** Folder of all recordings. */
	readonly recordings: string;
};

export type Verdict = {
	/** Folders whose values this session does not give again. */
	readonly rejected: ReadonlySet<string>;
	/** A session of some of the layers gives their values as one of all layers does. */
	readonly layersIndependent: boolean;
};

export async function verifyCover(
	options: VerifyOptions,
	cover: Cover,
): Promise<Verdict> {
	const all = options.plan.layers.map((_, layer) => layer);
	const rejected = new Set<string>();
	let layersIndependent = true;
	const partial = cover.jobs.filter(({ layers }) => layers.length < all.length);
	for (const block of cover.sources) {
		for (const place of placesOf(block)) {
			const clip = block.clips[place] as number;
			const expected = await valuesOf(options, clip, all);
			if (expected === undefined) {
				rejected.add(block.directory);
				break;
			}
			const column = block.columns[place] as number;
			if (!(await holds(options, block, column, expected)))
				rejected.add(block.directory);
			for (const { layers } of partial) {
				const own = await valuesOf(options, clip, layers);
				for (const layer of layers)
					if (!same(own?.get(layer), expected.get(layer)))
						layersIndependent = false;
			}
		}
	}
	return { rejected, layersIndependent };
}

/** The first, the middle and the last clip. */
function placesOf({ clips }: SourceBlock): number[] {
	const last = clips.length - 1;
	const places = Array.from({ length: CLIPS_TRIED }, (_, index) =>
		Math.round((index * last) / (CLIPS_TRIED - 1)),
	);
	return [...new Set(places)];
}

/** Stored bytes by layer of one clip, run in a session that taps `layers`. Undefined when the clip cannot be used. */
async function valuesOf(
	options: VerifyOptions,
	clip: number,
	layers: readonly number[],
): Promise<ReadonlyMap<number, Uint8Array> | undefined> {
	const { plan, network, clips, pool, openTaps } = options;
	const { id, path, hash } = clips[clip] as HashedClip;
	const reply = await pool.prepare({
		id,
		path,
		hash,
		frontEnd: network.frontEnd,
	});
	if (reply.status === "excluded") return undefined;
	const tapped = layers.map(
		(layer) => plan.layers[layer] as PlanBase["layers"][number],
	);
	const [values] = await inferClips({
		session: (await openTaps(layers)).next(),
		layers: tapped,
		clips: [usable(reply)],
		maxRows: plan.maxRows,
		recurrent: network.recurrent,
	});
	const bytes = storedValues(values as Float32Array, plan.precision);
	const result = new Map<number, Uint8Array>();
	let offset = 0;
	for (const [index, layer] of layers.entries()) {
		const length = (tapped[index]?.units ?? 0) * bytesPerValue(plan.precision);
		result.set(layer, bytes.subarray(offset, offset + length));
		offset += length;
	}
	return result;
}

/** The column of a source has these bytes in every layer of the block, as far as it is looked at; false when it cannot be read. */
async function holds(
	{ plan, recordings }: VerifyOptions,
	block: SourceBlock,
	column: number,
	expected: ReadonlyMap<number, Uint8Array>,
): Promise<boolean> {
	const size = bytesPerValue(plan.precision);
	for (const { layer, file } of block.layers) {
		const path = join(recordings, block.directory, file);
		const values = expected.get(layer);
		if (values === undefined) return false;
		const units = sampled(values.length / size);
		const stored = await readValues(path, units, column, plan).catch(
			() => undefined,
		);
		const wanted = units.map((unit) =>
			values.subarray(unit * size, (unit + 1) * size),
		);
		if (!same(stored, Buffer.concat(wanted))) return false;
	}
	return true;
}

/** Evenly spaced units of a layer of `count`, the first and the last among them. */
function sampled(count: number): number[] {
	const most = Math.min(count, UNITS_TRIED);
	return Array.from({ length: most }, (_, index) =>
		Math.round((index * (count - 1)) / Math.max(1, most - 1)),
	);
}

/** The bytes of one clip's values of these units, read one by one: a column lies all over the file. */
async function readValues(
	path: string,
	units: readonly number[],
	column: number,
	{ precision }: PlanBase,
): Promise<Uint8Array> {
	const file = await open(path, "r");
	try {
		const { shape, dataOffset } = await readNpyHeader(file, path, [precision]);
		const columns = shape[1] ?? 0;
		const size = bytesPerValue(precision);
		const values: Uint8Array[] = [];
		for (const unit of units)
			values.push(
				await readBytes(
					file,
					dataOffset + (unit * columns + column) * size,
					size,
				),
			);
		return Buffer.concat(values);
	} finally {
		await file.close();
	}
}

function same(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
	return a !== undefined && b !== undefined && Buffer.compare(a, b) === 0;
}
