/** Vectors that are asked for once, ever: a cache in front of whatever makes them. */
import { throwIfInterrupted } from "../errors.ts";
import { chunksOf, forEachLimited } from "../shared/pool.ts";
import type { LongOptions } from "../types.ts";
import type { EmbeddingCache, EmbedOptions } from "./port.ts";

/** Vectors made and committed together: what a killed process loses at most. */
const BLOCK = 128;
/** Vectors read in one go: signals are heard in between. */
const READ_BLOCK = 1024;

type MakeOptions<Item> = LongOptions & {
	/** What is wanted, by content hash. */
	readonly items: ReadonlyMap<string, Item>;
	/** One vector per item, in order; null: it has none, and is not remembered. What it gives to `onVectors` is committed at once. */
	readonly make: (
		items: readonly Item[],
		options: EmbedOptions,
	) => Promise<readonly (Float32Array | null)[]>;
};

/**
 * Returns the function that gets vectors from `cache` (under `embedder`) and has the missing ones made, each once, in blocks of 128 that are
 * committed before the next is asked for, and what comes earlier at once. Calls that overlap wait for each other instead of paying twice. What it returns are the cache's
 * vectors, by hash, so their bytes do not depend on what was cached before. Progress counts distinct items, cached ones included.
 */
export function rememberIn<Item>(
	cache: EmbeddingCache,
	embedder: string,
	stage: string,
): (options: MakeOptions<Item>) => Promise<Map<string, Float32Array>> {
	let last: Promise<unknown> = Promise.resolve();

	/** Runs `task` after the tasks before it, whether those succeed or not. */
	const inTurn = <T>(task: () => Promise<T>): Promise<T> => {
		const result = last.then(task, task);
		last = result.catch(() => undefined);
		return result;
	};

	return async ({ items, make, signal, onProgress }) => {
		throwIfInterrupted(signal);
		const vectors = new Map<string, Float32Array>();
		/** Items without a vector. */
		let without = 0;
		const report = (more = 0): void =>
			onProgress?.({
				stage,
				done: vectors.size + without + more,
				total: items.size,
			});
		const isMissing = ([hash]: readonly [string, Item]): boolean =>
			!vectors.has(hash);
		const read = (hashes: readonly string[]): void => {
			for (const [hash, vector] of cache.getEmbeddings(embedder, hashes))
				vectors.set(hash, vector);
		};
		const makeMissing = async (): Promise<void> => {
			// What calls before this one have made meanwhile.
			read([...items].filter(isMissing).map(([hash]) => hash));
			for (const block of chunksOf([...items].filter(isMissing), BLOCK)) {
				throwIfInterrupted(signal);
				const kept = new Set<string>();
				const keep = (
					first: number,
					made: readonly (Float32Array | null)[],
				): void => {
					const entries = made.flatMap((vector, offset) => {
						const [textHash = ""] = block[first + offset] ?? [];
						return vector === null || kept.has(textHash)
							? []
							: [{ textHash, vector }];
					});
					if (entries.length > 0) cache.putEmbeddings(embedder, entries);
					for (const { textHash } of entries) kept.add(textHash);
				};
				const made = await make(
					block.map(([, item]) => item),
					{
						signal,
						onProgress: ({ done }) => report(done),
						onVectors: keep,
					},
				);
				keep(0, made);
				without += block.length - kept.size;
				read([...kept]);
				report();
			}
		};
		await forEachLimited(
			chunksOf([...items.keys()], READ_BLOCK),
			1,
			async (hashes) => {
				throwIfInterrupted(signal);
				read(hashes);
			},
		);
		report();
		if (vectors.size < items.size) await inTurn(makeMissing);
		return vectors;
	};
}
