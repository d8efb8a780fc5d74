/** Which layers and clips of a new recording finished ones already hold, and what is left to run. */
import { z } from "zod";
import { type ClipFinding, findingSchema } from "../findings.ts";

export const sourceBlockSchema = z.strictObject({
	/** Folder of the finished recording, beside the new one's. */
	directory: z.string(),
	layers: z.array(
		z.strictObject({
			/** Index into the new recording's layers. */
			layer: z.int().min(0),
			/** File in the source's folder. */
			file: z.string(),
		}),
	),
	/** Indices into the new recording's clips, ascending, and their columns in the source. */
	clips: z.array(z.int().min(0)),
	columns: z.array(z.int().min(0)),
	/** Of each of these clips the share that is padding; null: not known. */
	padding: z.array(z.number().nullable()).default([]),
	/** About these clips; `clip` is an index into the new recording's. */
	warnings: z.array(findingSchema),
});

/** A rectangle of values (some layers x some clips) that is copied. */
export type SourceBlock = z.infer<typeof sourceBlockSchema>;

/** A finished recording as far as it can serve. */
export type Source = {
	readonly directory: string;
	/** Its layers by address. */
	readonly files: ReadonlyMap<string, string>;
	/** Its columns by clip hash. */
	readonly columns: ReadonlyMap<string, number>;
	/** Shares that are padding by clip hash. */
	readonly padding: ReadonlyMap<string, number | null>;
	/** Its warnings by clip hash. */
	readonly warnings: ReadonlyMap<string, readonly ClipFinding[]>;
};

export type Cover = {
	readonly sources: SourceBlock[];
	readonly jobs: { layers: number[]; clips: number[] | null }[];
};

/**
 * Takes each (layer, clip) from the first source that holds it; clips that lack the same layers are one job. Without sources: one job of everything.
 */
export function coverWith(options: {
	readonly addresses: readonly (string | null)[];
	readonly clipHashes: readonly string[];
	readonly sources: readonly Source[];
}): Cover {
	const { addresses, clipHashes, sources } = options;
	const all = addresses.map((_, layer) => layer);
	/** Layers still missing, by clip; equal sets are one array. */
	const missing = clipHashes.map(() => all);
	const sets = new Map<string, number[]>([[all.join(), all]]);
	const shared = (set: number[]): number[] => {
		const key = set.join();
		const known = sets.get(key);
		if (known === undefined) sets.set(key, set);
		return known ?? set;
	};
	const blocks: SourceBlock[] = [];
	for (const source of sources) {
		const held = all.filter((layer) =>
			source.files.has(addresses[layer] ?? ""),
		);
		if (held.length === 0) continue;
		const found = new Map<number[], SourceBlock>();
		for (const [clip, hash] of clipHashes.entries()) {
			const column = source.columns.get(hash);
			const lacking = missing[clip] as number[];
			if (column === undefined || lacking.length === 0) continue;
			let block = found.get(lacking);
			if (block === undefined) {
				const layers = lacking.filter((layer) => held.includes(layer));
				block = {
					directory: source.directory,
					layers: layers.map((layer) => ({
						layer,
						file: source.files.get(addresses[layer] ?? "") as string,
					})),
					clips: [],
					columns: [],
					padding: [],
					warnings: [],
				};
				found.set(lacking, block);
			}
			if (block.layers.length === 0) continue;
			block.clips.push(clip);
			block.columns.push(column);
			block.padding.push(source.padding.get(hash) ?? null);
			for (const warning of source.warnings.get(hash) ?? [])
				block.warnings.push({ ...warning, clip });
		}
		for (const [lacking, block] of found) {
			if (block.clips.length === 0) continue;
			const taken = new Set(block.layers.map(({ layer }) => layer));
			const left = shared(lacking.filter((layer) => !taken.has(layer)));
			for (const clip of block.clips) missing[clip] = left;
			blocks.push(block);
		}
	}
	const jobs = new Map<number[], number[]>();
	for (const [clip, lacking] of missing.entries()) {
		if (lacking.length === 0) continue;
		const clips = jobs.get(lacking) ?? [];
		if (clips.length === 0) jobs.set(lacking, clips);
		clips.push(clip);
	}
	return {
		sources: blocks,
		jobs: [...jobs].map(([layers, clips]) => ({
			layers,
			clips: clips.length === clipHashes.length ? null : clips,
		})),
	};
}
