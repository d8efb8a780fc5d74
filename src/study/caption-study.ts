/** From a config to captions: the clips that need some, the model that hears, the captions file with what it had and what is new. */
import { existsSync } from "node:fs";
import { extname, resolve } from "node:path";
import { type Config, probeSetSpec } from "../config/config.ts";
import { collectDeferred } from "../dissect/dry-run-calls.ts";
import { ConfigError } from "../errors.ts";
import {
	type CaptionLine,
	writeCaptions,
} from "../inputs/probe-set/caption-file.ts";
import { readCaptions } from "../inputs/probe-set/captions.ts";
import { readManifest } from "../inputs/probe-set/manifest.ts";
import {
	captionClips,
	heardHash,
	type MissingCaption,
} from "../modules/captioner/caption-clips.ts";
import { loadPrompts, promptNamed } from "../prompts/load.ts";
import { hashJson } from "../shared/hash.ts";
import type { Store } from "../store/store.ts";
import type {
	CaptionSource,
	Clip,
	ExcludedClip,
	HashedClip,
	LongOptions,
} from "../types.ts";
import { type CaptionEstimate, estimateCaptions } from "./caption-estimate.ts";
import {
	captionsByModels,
	mergeCaptions,
	sameSource,
} from "./caption-lines.ts";
import { openCaptioner } from "./captioner.ts";
import { hashAll } from "./hash-clips.ts";

export type CaptionStudyOptions = LongOptions & {
	readonly config: Config;
	/** Where calls are kept: none is paid for twice. */
	readonly store: Store;
	/** The captions file, `.jsonl`; what it has stays. Default: the config's, else `captions.jsonl` beside the config. */
	readonly output?: string | undefined;
	/** Chooses among the clips that have no caption written by hand. Default: all. What it throws is thrown before anything is sent. */
	readonly choose?: ((clips: readonly Clip[]) => readonly Clip[]) | undefined;
	/** Nothing is sent and no file is written: calls that the store cannot serve are `waiting`. */
	readonly dryRun?: boolean | undefined;
};

export type CaptionStudy = {
	/** Absolute path. */
	readonly output: string;
	/** The file is there and up to date; false with `dryRun`, and when there is no caption to write. */
	readonly written: boolean;
	readonly clips: number;
	/** Clips with captions written by hand, which stay as they are. */
	readonly byHand: number;
	/** Clips whose captions in the file are by this model and prompt already. */
	readonly before: number;
	/** Clips that were asked about. */
	readonly asked: number;
	/** Captions of this call; `served` of them from the store. */
	readonly captions: number;
	readonly served: number;
	/** Calls that would be sent, or that the budget has no room for. */
	readonly waiting: number;
	/** The budget was reached: the same call goes on when it is raised. */
	readonly budgetReached: boolean;
	/** What captions of this probe set by this model and prompt are charged to; null with `dryRun`. */
	readonly job: string | null;
	/** What the calls that would be sent would take; null unless `dryRun`. */
	readonly estimate: CaptionEstimate | null;
	/** Clips whose file cannot be read. */
	readonly excluded: readonly ExcludedClip[];
	readonly missing: readonly MissingCaption[];
};

/** Codes of captions that are still to come. */
const WAITING: ReadonlySet<string> = new Set([
	"call_deferred",
	"budget_reached",
]);

/**
 * Captions the clips of a config's probe set that have no caption written by hand, and writes them to the captions file. The same call
 * again does nothing more; with another model or prompt the captions by models are made anew, those written by hand stay.
 * Throws ConfigError `captioner_needed`, `captions_output`, `samples_alike`, `audio_unsupported`; the errors of the manifest, of the
 * captions file and of the model; InterruptedError.
 */
export async function captionStudy(
	options: CaptionStudyOptions,
): Promise<CaptionStudy> {
	const { config, signal, onProgress, choose = (clips) => clips } = options;
	const spec = probeSetSpec(config);
	const output = outputOf(options);
	const manifest = await readManifest(spec, {
		signal,
		onProgress,
		captionsOptional: true,
	});
	const kept =
		output === spec.captions || !existsSync(output)
			? manifest.captionsFile
			: [
					...manifest.captionsFile,
					...(await readCaptions(output, signal)).entries,
				];
	const isByHand = ({ captions, captionSources }: Clip): boolean =>
		captions.length > 0 && captionSources === undefined;
	const byHandHere = new Set(
		kept
			.filter(({ captions }) => captions.some(({ source }) => source === null))
			.map(({ name }) => name),
	);
	const open = manifest.clips.filter(
		(clip) => !isByHand(clip) && !byHandHere.has(clip.id),
	);
	const { present, excluded } = await hashAll(choose(open), options);

	const prompts = await loadPrompts(
		config.prompts === null ? {} : { directory: config.prompts },
	);
	const prompt = promptNamed(prompts, "caption");
	const deferred = collectDeferred();
	const captioner = await openCaptioner({
		...options,
		defer: options.dryRun === true ? deferred.defer : undefined,
	});
	let job: ReturnType<Store["beginJob"]> | null = null;
	try {
		if (options.dryRun !== true) {
			job = options.store.beginJob({
				kind: "caption",
				key: hashJson({
					probeSet: spec.manifest,
					model: captioner.source,
					prompt: prompt.hash,
				}),
			});
			captioner.ledger.begin(job.id);
		}
		const sourceOf = (sample: number): CaptionSource => ({
			...captioner.source,
			promptHash: prompt.hash,
			sample,
		});
		const { samples } = config.caption;
		const generated = captionsByModels(kept);
		const isDone = ({ id, hash }: HashedClip): boolean =>
			Array.from({ length: samples }, (_, sample) => sourceOf(sample)).every(
				(source) =>
					(generated.get(id) ?? []).some(
						(one) =>
							one.audio === heardHash(hash, config.caption) &&
							sameSource(one.source, source),
					),
			);
		const asked = present.filter((clip) => !isDone(clip));
		const { captions, missing } = await captionClips({
			...config.caption,
			clips: asked,
			model: captioner.model,
			prompt,
			concurrency: captioner.concurrency,
			signal,
			onProgress,
		});
		const failed = missing.filter(({ code }) => !WAITING.has(code));
		let written = false;
		if (options.dryRun !== true) {
			const heard = new Map(
				present.map(({ id, hash }) => [id, heardHash(hash, config.caption)]),
			);
			const lines = captions.map(
				({ clip, text, sample }): CaptionLine => ({
					clip,
					text,
					source: sourceOf(sample),
					audio: heard.get(clip) ?? null,
				}),
			);
			const merged = mergeCaptions({
				kept,
				lines,
				order: manifest.clips.map(({ id }) => id),
			});
			// A captions file without a caption would be refused by the next call.
			written = merged.length > 0;
			if (written) await writeCaptions(output, merged);
		}
		return {
			output,
			written,
			clips: manifest.clips.length,
			byHand: manifest.clips.length - open.length,
			before: present.length - asked.length,
			asked: asked.length,
			captions: captions.length,
			served: captions.filter(({ cached }) => cached).length,
			waiting: missing.length - failed.length,
			budgetReached: missing.some(({ code }) => code === "budget_reached"),
			job: job?.id ?? null,
			estimate:
				options.dryRun === true
					? await estimateCaptions({
							calls: deferred.take(),
							prices: captioner.prices,
							store: options.store,
							sampleRate: config.caption.sampleRate,
						})
					: null,
			excluded,
			missing: failed,
		};
	} finally {
		captioner.ledger.flush();
		await captioner.close();
		job?.release();
	}
}

function outputOf({ config, output }: CaptionStudyOptions): string {
	const { captions } = probeSetSpec(config);
	const path = resolve(
		output ?? captions ?? resolve(config.source.path, "..", "captions.jsonl"),
	);
	if (extname(path) === ".jsonl") return path;
	throw new ConfigError(
		`captions are written as JSON lines: expected a file ending in .jsonl, got ${path}`,
		{
			code: "captions_output",
			hint: "Name another file with --output; captions written by hand are copied into it.",
		},
	);
}
