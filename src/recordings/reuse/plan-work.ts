/** Decides what a new recording takes over from others and what it runs. */
import type { Cover, Source } from "./cover.ts";
import { coverWith } from "./cover.ts";
import { findSources } from "./find-sources.ts";
import { takeParts } from "./take-parts.ts";
import { type VerifyOptions, verifyCover } from "./verify.ts";

/**
 * The work that gives the bytes of a recording made from nothing. A source that the verification rejects serves nothing; when the layers influence one
 * another, only sources that hold all layers of the new recording serve. `skip`: the new recording's own folder.
 */
export async function planWork(
	options: VerifyOptions & {
		readonly skip: string;
		readonly signal?: AbortSignal | undefined;
	},
): Promise<Cover> {
	const { plan, recordings, skip } = options;
	const addresses = plan.layers.map(({ address }) => address);
	const finished = await findSources({ recordings, skip, addresses });
	let sources: Source[] = [
		...finished,
		...(await unfinishedSources(options, finished)),
	];
	for (;;) {
		const cover = coverWith({
			addresses,
			clipHashes: plan.clipHashes,
			sources,
		});
		if (cover.sources.length === 0) return cover;
		const { rejected, layersIndependent } = await verifyCover(options, cover);
		if (rejected.size === 0 && layersIndependent) return cover;
		sources = sources.filter(
			({ directory, files }) =>
				!rejected.has(directory) &&
				(layersIndependent ||
					addresses.every((one) => one !== null && files.has(one))),
		);
	}
}

/** What unfinished recordings hold of the clips that no finished one holds whole. */
async function unfinishedSources(
	{ plan, recordings, skip, signal }: Parameters<typeof planWork>[0],
	finished: readonly Source[],
): Promise<Source[]> {
	const addresses = plan.layers.map(({ address }) => address);
	const { jobs } = coverWith({
		addresses,
		clipHashes: plan.clipHashes,
		sources: finished,
	});
	const wanted = new Set(addresses.filter((one) => one !== null));
	if (jobs.length === 0 || wanted.size === 0) return [];
	const clips = jobs.flatMap((job) => job.clips ?? [...plan.clipHashes.keys()]);
	return takeParts({
		recordings,
		into: skip,
		addresses: wanted,
		clips: new Set(clips.map((clip) => plan.clipHashes[clip] as string)),
		signal,
	});
}
