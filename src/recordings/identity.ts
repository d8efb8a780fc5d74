/** Content addresses of a recording, of its layers and of its clips. */

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { z } from "zod";
import { frontEndFiles } from "../network/front-ends/front-end.ts";
import type { TargetNetwork } from "../network/load.ts";
import type { TapOptions } from "../network/taps.ts";
import type { Precision } from "../shared/elements.ts";
import { hashJson, type Json, sha256 } from "../shared/hash.ts";
import { forEachLimited } from "../shared/pool.ts";
import type { HashedClip } from "../types.ts";
import { FORMAT_VERSION } from "./plan.ts";
import type { RecordingSizes } from "./sizes.ts";

export type Provider = NonNullable<TapOptions["provider"]>;

/** What changes recorded values besides the network and the clips. */
export type Execution = {
	readonly precision: Precision;
	readonly provider: Provider;
};

/** SHA-256 over everything that determines the recorded values. */
export function recordingId(
	network: TargetNetwork,
	clipHashes: readonly string[],
	execution: Execution,
): string {
	return hashJson({
		formatVersion: FORMAT_VERSION,
		network: network.identity,
		windows: network.layers.map(({ windows }) => windows),
		...execution,
		clips: hashOfAll(clipHashes),
	});
}

/** SHA-256 of many hashes, one a line: no text of all of them is made. */
function hashOfAll(hashes: readonly string[]): string {
	const hash = createHash("sha256");
	for (const one of hashes) hash.update(`${one}\n`);
	return hash.digest("hex");
}

const identitySchema = z.looseObject({
	layers: z.array(z.looseObject({ name: z.string() })),
});

/**
 * For each layer the hash of all that its values depend on besides the clip, whatever the layer is called and whatever other layers there are. Null for
 * each when clips are run together, since a value may then depend on its neighbours, and when the network does not list its layers.
 */
export function layerAddresses(
	network: TargetNetwork,
	execution: Execution,
	sizes: RecordingSizes,
): (string | null)[] {
	const identity = identitySchema.safeParse(network.identity);
	if (
		sizes.clipsPerRun > 1 ||
		!identity.success ||
		identity.data.layers.length !== network.layers.length
	)
		return network.layers.map(() => null);
	const { layers, ...shared } = identity.data;
	return network.layers.map(({ windows }, index) => {
		const { name: _, ...layer } = layers[index] as { name: string };
		return hashJson({
			formatVersion: FORMAT_VERSION,
			// Read from JSON, so it is JSON.
			network: shared as Json,
			layer: layer as Json,
			windows,
			...execution,
			maxRows: sizes.maxRows,
		});
	});
}

/** Files read at a time. */
const FILES_AT_A_TIME = 8;

/** For each clip the SHA-256 of its bytes, or of these and of the precomputed features that the front end reads beside it. */
export async function hashClipInputs(
	network: TargetNetwork,
	clips: readonly HashedClip[],
): Promise<string[]> {
	const hashes = clips.map(({ hash }) => hash);
	// What is imported comes from no file beside the clip.
	if (network.imported !== undefined) return hashes;
	const { frontEnd } = network;
	const [first] = clips;
	if (first === undefined || frontEndFiles(frontEnd, first.path).length === 0)
		return hashes;
	await forEachLimited(
		clips.entries(),
		FILES_AT_A_TIME,
		async ([index, clip]) => {
			const files = frontEndFiles(frontEnd, clip.path);
			if (files.length === 0) return;
			const parts = await Promise.all(files.map(hashFile));
			hashes[index] = sha256([clip.hash, ...parts].join("\n"));
		},
	);
	return hashes;
}

/** A file that is missing has no hash: its clip is left out when it is prepared. */
async function hashFile(path: string): Promise<string> {
	const hash = createHash("sha256");
	try {
		for await (const chunk of createReadStream(path)) hash.update(chunk);
	} catch {
		return "missing";
	}
	return hash.digest("hex");
}
