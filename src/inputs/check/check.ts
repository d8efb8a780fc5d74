/** Checks a probe set whole: the manifest, every clip decoded, captions, labels, source recordings. Finds everything before it says anything. */
import { throwIfInterrupted } from "../../errors.ts";
import type { LongOptions } from "../../types.ts";
import { placeOf, type RefusedClip } from "../probe-set/collect.ts";
import { surveyManifest } from "../probe-set/manifest.ts";
import { withSuggestions } from "../probe-set/probe-set.ts";
import type { ProbeSetSpec } from "../probe-set/spec.ts";
import { type AudioSummary, describeAudio } from "./audio-summary.ts";
import { type CaptionSummary, checkCaptions } from "./captions.ts";
import { type Finding, listed, SEVERITIES, setFinding } from "./findings.ts";
import type { ClipInspection } from "./inspect-clip.ts";
import { inspectClips } from "./inspect-clips.ts";
import {
	type HeardClip,
	judgeClips,
	type NetworkNeeds,
	samplesAt,
} from "./judge-clips.ts";
import { checkLabelCounts, countLabels, type LabelCount } from "./labels.ts";
import { measurePadding, type PaddingSummary } from "./padding.ts";

export type ProbeSetCheck = {
	readonly name: string;
	readonly layout: string | null;
	readonly files: readonly string[];
	/** In the manifest, rows that cannot be read not counted. */
	readonly clips: number;
	readonly usable: number;
	/** Worst first; of one severity, manifest first, then clips in manifest order (those of refused rows last), then the set as a whole. */
	readonly findings: readonly Finding[];
	/** Of the usable clips; null without any. */
	readonly audio: AudioSummary | null;
	/** Of the usable clips; null without any, without a network, and with one that does not look at samples. */
	readonly padding: PaddingSummary | null;
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

/**
 * Checks the probe set of `spec`. `repeats` says whether the summaries would cut a caption; `exemplars`: clips of one side, 1 and
 * up; `threads`: decoders that run at a time. The audio, the label and the captions of a row with a problem are checked like any other, as far as the row gives them.
 * Throws what `surveyManifest` throws for a manifest that cannot be read at all.
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
	const { clips, refused } = manifest;
	const inside: readonly RefusedClip[] = [...clips, ...refused].filter(
		({ unusable }) => unusable === undefined,
	);
	const inspected = await inspectClips(
		inside.map(({ path }) => path),
		{ threads, signal, onProgress },
	);
	throwIfInterrupted(signal);
	const inspections = new Map<RefusedClip, ClipInspection>(
		inside.map((clip, index) => [clip, inspected[index] as ClipInspection]),
	);
	const audible = judgeClips({ clips, refused, inspections, network });
	const excluded = await withSuggestions(
		audible.excluded.map(({ clip, code, message }) => ({
			id: clip.id,
			path: clip.path,
			code,
			message,
		})),
	);
	const { refusedTexts } = manifest;
	const captions = checkCaptions({
		clips,
		refused: refusedTexts,
		repeats: options.repeats,
	});
	const { usable, heard } = audible;
	const waveform = network?.waveform ?? null;
	const padding =
		waveform === null
			? null
			: await measurePadding({
					lengths: usable.map(({ audio }) =>
						samplesAt(audio, waveform.sampleRate),
					),
					inputsOf: waveform.inputsOf,
					signal,
					onProgress,
				});
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
			refused: refusedTexts,
			usable: usable.map(({ clip }) => clip),
			classes: network?.classes ?? null,
			fewest: exemplars,
		}),
		...wholeSet({
			unusedCaptions: manifest.unusedCaptions,
			usable: usable.length,
			heard,
			rate: waveform?.sampleRate ?? null,
			exemplars,
		}),
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
		padding,
		captions: captions.summary,
		labels: countLabels(usable.map(({ clip }) => clip)),
		unlabelled: usable.filter(({ clip }) => clip.label === null).length,
		sourceRecordings: {
			recordings: new Set(sources).size,
			clips: sources.length,
		},
	};
}

function wholeSet(options: {
	readonly unusedCaptions: readonly string[];
	/** Clips. */
	readonly usable: number;
	readonly heard: readonly HeardClip<RefusedClip>[];
	/** Hz; null for a network that does not look at samples. */
	readonly rate: number | null;
	readonly exemplars: number;
}): Finding[] {
	const { unusedCaptions, usable, heard, rate, exemplars } = options;
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
	const slow =
		rate === null
			? []
			: heard
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
	if (usable < 2 * exemplars)
		findings.push(
			setFinding(
				"warning",
				"few_clips",
				`expected at least ${2 * exemplars} usable clips (${exemplars} a side), got ${usable}`,
			),
		);
	return findings;
}
