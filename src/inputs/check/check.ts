/** Checks a probe set whole: the manifest, every clip decoded, captions, labels, source recordings. Finds everything before it says anything. */
import { existsSync } from "node:fs";
import { throwIfInterrupted } from "../../errors.ts";
import type { LongOptions } from "../../types.ts";
import { type ManifestClip, placeOf } from "../probe-set/collect.ts";
import { surveyManifest } from "../probe-set/manifest.ts";
import { withSuggestions } from "../probe-set/probe-set.ts";
import type { ProbeSetSpec } from "../probe-set/spec.ts";
import { type AudioSummary, describeAudio } from "./audio-summary.ts";
import { type CaptionSummary, checkCaptions } from "./captions.ts";
import { type Finding, listed, SEVERITIES, setFinding } from "./findings.ts";
import type { ClipInspection, UsableAudio } from "./inspect-clip.ts";
import { inspectClips } from "./inspect-clips.ts";
import { checkLabelCounts, countLabels, type LabelCount } from "./labels.ts";

export type ProbeSetCheck = {
	readonly name: string;
	readonly layout: string | null;
	readonly files: readonly string[];
	/** In the manifest, rows that cannot be read not counted. */
	readonly clips: number;
	readonly usable: number;
	/** Worst first; of one severity, manifest first, then clips in manifest order, then the set as a whole. */
	readonly findings: readonly Finding[];
	/** Of the usable clips; null without any. */
	readonly audio: AudioSummary | null;
	readonly captions: CaptionSummary;
	readonly labels: readonly LabelCount[];
	/** Usable clips without a label. */
	readonly unlabelled: number;
	readonly sourceRecordings: {
		/** Different ones of usable clips. */
		readonly recordings: number;
		/** Usable clips that name one. */
		readonly clips: number;
	};
};

/** What the network asks of clips. */
export type NetworkNeeds = {
	readonly classes: readonly string[] | null;
	/** Fewest samples its front end takes, at its rate in Hz; null when it does not look at samples. */
	readonly shortest: {
		readonly samples: number;
		readonly sampleRate: number;
	} | null;
	/** Files that have to lie beside a clip. */
	readonly filesOf: (clip: string) => readonly string[];
};

/**
 * Checks the probe set of `spec`. `repeats` says whether the summaries would cut a caption; `exemplars`: clips of one side, 1 and
 * up; `threads`: decoders that run at a time. Throws what `surveyManifest` throws for a manifest that cannot be read at all.
 *
 * Codes, besides those of manifest lines and of decoding: `captions_needed`, `captions_invalid` ... (refused), `clip_too_short`, `features_missing`
 * (excluded), `clip_silent`, `clip_duplicate`, `captions_unused`, `rate_below_network`, `few_clips`, and those of `checkCaptions` and
 * `checkLabelCounts`.
 */
export async function checkProbeSet(
	options: LongOptions & {
		readonly spec: ProbeSetSpec;
		readonly network: NetworkNeeds | null;
		readonly repeats: (caption: string) => boolean;
		readonly exemplars: number;
		readonly threads: number;
	},
): Promise<ProbeSetCheck> {
	const { spec, network, signal, onProgress, exemplars, threads } = options;
	const manifest = await surveyManifest(spec, { signal, onProgress });
	const { clips } = manifest;
	const inside = clips.filter(({ unusable }) => unusable === undefined);
	const inspected = await inspectClips(
		inside.map(({ path }) => path),
		{ threads, signal, onProgress },
	);
	throwIfInterrupted(signal);
	const byClip = new Map<ManifestClip, ClipInspection>(
		inside.map((clip, index) => [clip, inspected[index] as ClipInspection]),
	);
	const audible = judgeClips(clips, byClip, network);
	const excluded = await withSuggestions(
		audible.excluded.map(({ clip, code, message }) => ({
			id: clip.id,
			path: clip.path,
			code,
			message,
		})),
	);
	const captions = checkCaptions(clips, options.repeats);
	const { usable } = audible;
	const findings: Finding[] = [
		...manifest.setProblems.map(({ code, message }) =>
			setFinding("refused", code, message),
		),
		...manifest.problems.map(
			(problem): Finding => ({
				severity: "refused",
				code: problem.code,
				message: `${placeOf(problem)}: ${problem.message}`,
				clip: null,
				line: problem.line,
			}),
		),
		...excluded.map(
			({ id, code, message }): Finding => ({
				severity: "excluded",
				code,
				message,
				clip: id,
				line: null,
			}),
		),
		...audible.warnings,
		...captions.findings,
		...checkLabelCounts({
			clips,
			usable: usable.map(({ clip }) => clip),
			classes: network?.classes ?? null,
			fewest: exemplars,
		}),
		...wholeSet(manifest.unusedCaptions, usable, network, exemplars),
	];
	const sources = usable.flatMap(({ clip }) => clip.sourceRecording ?? []);
	return {
		name: manifest.name,
		layout: manifest.layout,
		files: manifest.files,
		clips: clips.length,
		usable: usable.length,
		findings: findings.sort(
			(a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity),
		),
		audio: describeAudio(usable.map(({ audio }) => audio)),
		captions: captions.summary,
		labels: countLabels(usable.map(({ clip }) => clip)),
		unlabelled: usable.filter(({ clip }) => clip.label === null).length,
		sourceRecordings: {
			recordings: new Set(sources).size,
			clips: sources.length,
		},
	};
}

type Usable = { readonly clip: ManifestClip; readonly audio: UsableAudio };

/** Which clips can be used, and what is odd about those. */
function judgeClips(
	clips: readonly ManifestClip[],
	inspections: ReadonlyMap<ManifestClip, ClipInspection>,
	network: NetworkNeeds | null,
) {
	const usable: Usable[] = [];
	const excluded: {
		readonly clip: ManifestClip;
		readonly code: string;
		readonly message: string;
	}[] = [];
	const warnings: Finding[] = [];
	const firstWithHash = new Map<string, ManifestClip>();
	for (const clip of clips) {
		const audio = inspections.get(clip);
		const problem =
			clip.unusable ??
			(audio?.status === "unusable" ? audio : undefined) ??
			(audio?.status === "ok"
				? networkProblem(clip, audio, network)
				: undefined);
		if (problem !== undefined || audio?.status !== "ok") {
			const { code = "clip_unreadable", message = "" } = problem ?? {};
			excluded.push({ clip, code, message });
			continue;
		}
		usable.push({ clip, audio });
		const warn = (code: string, message: string): void => {
			warnings.push({
				severity: "warning",
				code,
				message: `${clip.id}: ${message}`,
				clip: clip.id,
				line: null,
			});
		};
		if (audio.silent)
			warn("clip_silent", "silent: no sample moves by a 16-bit step");
		const first = firstWithHash.get(audio.hash);
		if (first === undefined) firstWithHash.set(audio.hash, clip);
		else
			warn(
				"clip_duplicate",
				`the same bytes as ${first.id}${first.label === clip.label ? "" : `, under another label (${clip.label ?? "none"}, there ${first.label ?? "none"})`}`,
			);
	}
	return { usable, excluded, warnings };
}

function networkProblem(
	clip: ManifestClip,
	audio: UsableAudio,
	network: NetworkNeeds | null,
): { readonly code: string; readonly message: string } | undefined {
	if (network === null) return undefined;
	const { shortest } = network;
	if (shortest !== null) {
		const samples = Math.ceil(
			(audio.samples * shortest.sampleRate) / audio.sampleRate,
		);
		if (samples < shortest.samples)
			return {
				code: "clip_too_short",
				message: `${clip.path}: expected at least ${shortest.samples} samples at ${shortest.sampleRate} Hz, got ${samples}`,
			};
	}
	const missing = network.filesOf(clip.path).find((file) => !existsSync(file));
	return missing === undefined
		? undefined
		: {
				code: "features_missing",
				message: `${clip.path}: the network's front end needs ${missing}, which is not there`,
			};
}

function wholeSet(
	unusedCaptions: readonly string[],
	usable: readonly Usable[],
	network: NetworkNeeds | null,
	exemplars: number,
): Finding[] {
	const findings: Finding[] = [];
	if (unusedCaptions.length > 0)
		findings.push(
			setFinding(
				"warning",
				"captions_unused",
				`${unusedCaptions.length} names of the captions file are no clip: ${listed(unusedCaptions)}`,
				unusedCaptions,
			),
		);
	const rate = network?.shortest?.sampleRate;
	const slow =
		rate === undefined
			? []
			: usable
					.filter(({ audio }) => audio.sampleRate < rate)
					.map(({ clip }) => clip.id);
	if (slow.length > 0)
		findings.push(
			setFinding(
				"warning",
				"rate_below_network",
				`${slow.length} clips have a lower rate than the network's ${rate} Hz, so their upper band is empty: ${listed(slow)}`,
				slow,
			),
		);
	if (usable.length < 2 * exemplars)
		findings.push(
			setFinding(
				"warning",
				"few_clips",
				`expected at least ${2 * exemplars} usable clips (${exemplars} a side), got ${usable.length}`,
			),
		);
	return findings;
}
