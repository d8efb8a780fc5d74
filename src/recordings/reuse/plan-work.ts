/** Decides what a new recording takes over from finished ones and what it runs. */
import type { Cover, Source } from "./cover.ts";
import { coverWith } from "./cover.ts";
import { findSources } from "./find-sources.ts";
import { type VerifyOptions, verifyCover } from "./verify.ts";

/**
 * The work that gives the bytes of a recording made from nothing. A source that the verification rejects serves nothing; when the layers influence one
 * another, only sources that hold all layers of the new recording serve. `skip`: the new recording's own folder.
 */
export async function planWork(
	options: VerifyOptions & { readonly skip: string },
): Promise<Cover> {
	const { plan, recordings, skip } = options;
	const addresses = plan.layers.map(({ address }) => address);
	let sources: Source[] = await findSources({ recordings, skip, addresses });
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
