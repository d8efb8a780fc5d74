/** What a recording will hold, how it is computed, and its content address: the same network, front end, taps and clip bytes give the same id. */
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Precision } from "../shared/elements.ts";
import { writeFileAtomically } from "../shared/files.ts";
import { readStored } from "./recording.ts";
import { sourceBlockSchema } from "./reuse/cover.ts";
import type { RecordingSizes } from "./sizes.ts";

/** Raised when the recorded numbers would change for the same inputs. */
export const FORMAT_VERSION = 2;

const jobSchema = z.strictObject({
	/** Indices into the plan's layers. */
	layers: z.array(z.int().min(0)),
	/** Indices into the plan's clips, ascending; null: all. */
	clips: z.array(z.int().min(0)).nullable(),
});

const planSchema = z.strictObject({
	formatVersion: z.literal(FORMAT_VERSION),
	id: z.string(),
	precision: z.enum(["float32", "float16"]),
	/** Chosen once and kept: another choice may change the last bits of an activation. See sizes.ts. */
	clipsPerRun: z.int().min(1),
	maxRows: z.int().min(1),
	clipsPerPart: z.int().min(1),
	layers: z.array(
		z.strictObject({
			name: z.string(),
			units: z.int().min(1),
			windows: z.enum(["mean", "max"]),
			/** What its values depend on besides the clip; null: they cannot be taken over by another recording. */
			address: z.string().nullable(),
		}),
	),
	/** SHA-256 of what each clip's inputs are made from, in probe-set order. */
	clipHashes: z.array(z.string()),
	/** What is taken over from finished recordings. */
	sources: z.array(sourceBlockSchema),
	/** What has to be run. */
	jobs: z.array(jobSchema),
});

export type RecordingPlan = z.infer<typeof planSchema>;
export type PlannedLayer = RecordingPlan["layers"][number];
export type RecordingJob = z.infer<typeof jobSchema>;

/** What is known before it is decided what has to be run. */
export type PlanBase = RecordingSizes & {
	readonly id: string;
	readonly precision: Precision;
	readonly layers: RecordingPlan["layers"];
	readonly clipHashes: string[];
};

/**
 * The stored plan of `directory`; undefined when there is none, or it is damaged or of another version or relies on a recording that is gone: parts are of
 * no use without it. Throws StoreError `recording_corrupt` when it cannot be read.
 */
export async function loadPlan(
	directory: string,
	sourceExists: (name: string) => Promise<boolean>,
): Promise<RecordingPlan | undefined> {
	const plan = planSchema.safeParse(await readStored(directory, "plan.json"));
	if (!plan.success) return undefined;
	for (const { directory: source } of plan.data.sources)
		if (!(await sourceExists(source))) return undefined;
	return plan.data;
}

/** Stores the plan; what an earlier one left is deleted. */
export async function storePlan(
	directory: string,
	plan: RecordingPlan,
): Promise<void> {
	await rm(join(directory, "parts"), { recursive: true, force: true });
	await mkdir(directory, { recursive: true });
	await writeFileAtomically(join(directory, "plan.json"), [
		JSON.stringify(plan),
	]);
}

/** The clips of a job, as indices. */
export function jobClips(plan: RecordingPlan, job: RecordingJob): number[] {
	return job.clips ?? plan.clipHashes.map((_, clip) => clip);
}
