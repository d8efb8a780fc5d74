/** What a recording will hold and its content address: the same network, front end, taps and clip bytes give the same id. */
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { TargetNetwork } from "../network/load.ts";
import { writeFileAtomically } from "../shared/files.ts";
import { hashJson } from "../shared/hash.ts";
import type { ProbeSet } from "../types.ts";

/** Raised when the recorded numbers would change for the same inputs. */
const FORMAT_VERSION = 1;

const planSchema = z.strictObject({
	formatVersion: z.literal(FORMAT_VERSION),
	id: z.string(),
	/** Clips per inference. Chosen once and kept: another batch size may change the last bits of an activation. */
	batchSize: z.int().min(1),
	layers: z.array(z.strictObject({ name: z.string(), units: z.int().min(1) })),
	/** SHA-256 of each clip's file, in probe-set order. */
	clipHashes: z.array(z.string()),
});

export type RecordingPlan = z.infer<typeof planSchema>;

/** SHA-256 over everything that determines the recorded values. */
export function recordingId(
	network: TargetNetwork,
	probeSet: ProbeSet,
): string {
	return hashJson({
		formatVersion: FORMAT_VERSION,
		network: network.identity,
		clips: probeSet.clips.map((clip) => clip.hash),
	});
}

/** The stored plan of `directory`, or a new one, stored. The batch size of a stored plan wins. */
export async function loadOrCreatePlan(options: {
	readonly directory: string;
	readonly id: string;
	readonly network: TargetNetwork;
	readonly probeSet: ProbeSet;
	readonly batchSize: number;
}): Promise<RecordingPlan> {
	const path = join(options.directory, "plan.json");
	const stored = await readFile(path, "utf8").catch((error: unknown) => {
		if (error instanceof Error && "code" in error && error.code === "ENOENT")
			return undefined;
		throw error;
	});
	if (stored !== undefined) return planSchema.parse(JSON.parse(stored));
	const plan: RecordingPlan = {
		formatVersion: FORMAT_VERSION,
		id: options.id,
		batchSize: options.batchSize,
		layers: options.network.layers.map(({ name, units }) => ({ name, units })),
		clipHashes: options.probeSet.clips.map((clip) => clip.hash),
	};
	await mkdir(join(options.directory, "parts"), { recursive: true });
	await writeFileAtomically(path, [JSON.stringify(plan)]);
	return plan;
}
