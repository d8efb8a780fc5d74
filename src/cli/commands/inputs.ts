/** `audio-dissect inputs check`: everything that is wrong or odd about a probe set, at once. */
import { availableParallelism } from "node:os";
import { type Config, probeSetSpec } from "../../config/config.ts";
import { ConfigError, DissectionError } from "../../errors.ts";
import type { Counts } from "../../inputs/check/audio-summary.ts";
import { checkProbeSet, type ProbeSetCheck } from "../../inputs/check/check.ts";
import {
	type Finding,
	SEVERITIES,
	type Severity,
} from "../../inputs/check/findings.ts";
import type { NetworkNeeds } from "../../inputs/check/judge-clips.ts";
import type { PaddingSummary } from "../../inputs/check/padding.ts";
import type { ProbeSetSpec } from "../../inputs/probe-set/spec.ts";
import { repeatsPhrase } from "../../modules/summarize/caption-hygiene.ts";
import {
	computeFrontEnd,
	type FrontEndSpec,
	frontEndFiles,
	frontEndRate,
} from "../../network/front-ends/front-end.ts";
import { loadNetwork } from "../../network/load.ts";
import { exitCodes } from "../exit.ts";
import { duration, percent, plural, printable, table } from "../format.ts";
import type { Session } from "../session.ts";
import { studyConfig } from "../study-options.ts";

export type InputsCheckOptions = {
	/** Instead of a config's probe set. */
	readonly manifest: string | undefined;
	readonly config: string;
	readonly set: readonly string[];
	readonly clips?: string | undefined;
	readonly captions?: string | undefined;
	readonly network?: string | undefined;
	readonly cache: string;
	/** Print every finding. */
	readonly all: boolean;
};

/** Exit code 2 when something would be refused or left out, 0 when there are only warnings or nothing. */
export async function checkInputs(
	session: Session,
	options: InputsCheckOptions,
): Promise<number> {
	const { spec, network, exemplars } = await whatToCheck(options);
	const check = await checkProbeSet({
		spec,
		network,
		exemplars,
		repeats: repeatsPhrase,
		threads: availableParallelism(),
		signal: session.signal,
		onProgress: session.progress.onProgress,
	});
	const isFine = check.findings.every(({ severity }) => severity === "warning");
	session.result({ ok: isFine, ...check }, () => checkText(check, options.all));
	return isFine ? exitCodes.done : exitCodes.usage;
}

async function whatToCheck(options: InputsCheckOptions): Promise<{
	readonly spec: ProbeSetSpec;
	readonly network: NetworkNeeds | null;
	readonly exemplars: number;
}> {
	const { manifest, clips, captions, cache } = options;
	if (manifest !== undefined)
		return {
			spec: { manifest, clips, captions, cache },
			network:
				options.network === undefined
					? null
					: await networkNeeds(options.network, []),
			exemplars: 5,
		};
	for (const flag of ["clips", "captions", "network"] as const)
		if (options[flag] !== undefined)
			throw new ConfigError(
				`--${flag} goes with a manifest on the command line, not with a config`,
				{
					code: "usage_invalid",
					hint: `Put it into the config, or override it: --set ${flag === "network" ? "network" : `probeSet.${flag}`}=...`,
				},
			);
	const config = await studyConfig(options);
	return {
		spec: probeSetSpec(config),
		network: await networkNeeds(config.network, config.layers, config.labels),
		exemplars: config.exemplars.count,
	};
}

async function networkNeeds(
	descriptor: string,
	layers: readonly string[],
	labels: Config["labels"] = "classes",
): Promise<NetworkNeeds> {
	const network = await loadNetwork({ descriptor, layers });
	const classes = labels === "own" ? null : network.classes;
	// Imported activations have no front end: there is nothing their clips have to fit.
	if (network.imported !== undefined)
		return { classes, waveform: null, filesOf: () => [] };
	const { frontEnd } = network;
	const sampleRate = frontEndRate(frontEnd);
	return {
		classes,
		waveform:
			sampleRate === null
				? null
				: {
						sampleRate,
						fewest: fewestSamples(frontEnd, sampleRate),
						inputsOf: (samples) =>
							computeFrontEnd(frontEnd, new Float32Array(samples), "clip"),
					},
		filesOf: (clip) => frontEndFiles(frontEnd, clip),
	};
}

/** Found by trying, so that it is what recording does: the smallest count the front end does not call too short, up to ten seconds. */
function fewestSamples(frontEnd: FrontEndSpec, sampleRate: number): number {
	const isEnough = (samples: number): boolean => {
		try {
			computeFrontEnd(frontEnd, new Float32Array(samples), "clip");
			return true;
		} catch (error) {
			if (error instanceof DissectionError && error.code === "clip_too_short")
				return false;
			throw error;
		}
	};
	let enough = 1;
	while (!isEnough(enough) && enough < 10 * sampleRate) enough *= 2;
	let tooFew = Math.floor(enough / 2);
	while (enough - tooFew > 1) {
		const middle = Math.floor((enough + tooFew) / 2);
		if (isEnough(middle)) enough = middle;
		else tooFew = middle;
	}
	return enough;
}

/** Findings of one kind that are printed without --all. */
const SHOWN = 10;
/** Labels that are printed without --all. */
const SHOWN_LABELS = 20;

function checkText(check: ProbeSetCheck, all: boolean): string {
	const { audio, captions, labels, sourceRecordings } = check;
	const left = check.clips - check.usable;
	const lines = [
		`probe set  ${check.name}${check.layout === null ? "" : `, layout ${check.layout}`}`,
		`manifest   ${check.files.length === 1 ? check.files[0] : `${check.files.length} files, ${check.files[0]} ...`}`,
		`clips      ${plural(check.clips, "clip")}, ${check.usable} usable, ${left} left out`,
		audio === null
			? "audio      none"
			: `audio      ${duration(audio.totalSeconds)} in all; ${audio.shortestSeconds.toFixed(2)} to ${audio.longestSeconds.toFixed(2)} s, median ${audio.medianSeconds.toFixed(2)} s`,
		...(audio === null
			? []
			: [
					`rates      ${countsText(audio.sampleRates, " Hz")}`,
					`channels   ${countsText(audio.channels, "")}`,
					`formats    ${countsText(audio.formats, "")}`,
				]),
		...(check.padding === null
			? []
			: [paddingText(check.padding, check.usable)]),
		`captions   ${captions.captions} of ${plural(captions.clips, "clip")}, ${captions.distinct} different${captions.medianWords === null ? "" : `, median ${captions.medianWords} words, longest ${captions.longestWords}`}`,
		...captions.byModels.map(
			({ captioner, captions: count }) =>
				`captioner  ${captioner} wrote ${plural(count, "caption")}`,
		),
		`labels     ${plural(labels.length, "label")}, ${plural(check.unlabelled, "clip")} without`,
		`sources    ${sourceRecordings.clips === 0 ? "no source recordings named" : `${plural(sourceRecordings.recordings, "source recording")} of ${plural(sourceRecordings.clips, "clip")}`}`,
	];
	if (labels.length > 0) {
		const shown = all ? labels : labels.slice(0, SHOWN_LABELS);
		lines.push(
			"",
			table(
				["label", "clips", "sources"],
				shown.map((one) => [
					one.label,
					String(one.clips),
					String(one.recordings),
				]),
			),
		);
		if (labels.length > shown.length)
			lines.push(`... and ${labels.length - shown.length} more (--all)`);
	}
	lines.push("", ...findingLines(check.findings, all));
	return lines.map(printable).join("\n");
}

function paddingText(padding: PaddingSummary, usable: number): string {
	const { clips, unfilled, share } = padding;
	const some = clips < usable ? ` (${clips} of all lengths tried)` : "";
	return `padding    ${unfilled} of ${plural(clips, "clip")} too short to fill one network input; on average ${percent(share)} of the input is padding${some}`;
}

const TITLES: Readonly<Record<Severity, string>> = {
	refused: "refused: has to be put right first",
	excluded: "left out of every recording",
	warning: "worth a look",
};

function findingLines(findings: readonly Finding[], all: boolean): string[] {
	if (findings.length === 0) return ["nothing to object to"];
	const rows: string[][] = [];
	const lines: string[] = [];
	for (const severity of SEVERITIES) {
		const ofSeverity = findings.filter((one) => one.severity === severity);
		if (ofSeverity.length === 0) continue;
		lines.push(`${TITLES[severity]}:`);
		for (const code of new Set(ofSeverity.map((one) => one.code))) {
			const ofCode = ofSeverity.filter((one) => one.code === code);
			rows.push([severity, code, String(ofCode.length)]);
			const shown = all ? ofCode : ofCode.slice(0, SHOWN);
			for (const { message } of shown) lines.push(`  - ${message} [${code}]`);
			if (ofCode.length > shown.length)
				lines.push(
					`    ... and ${ofCode.length - shown.length} more [${code}] (--all)`,
				);
		}
		lines.push("");
	}
	return [...lines, table(["finding", "code", "count"], rows)];
}

function countsText(counts: Counts, unit: string): string {
	return counts
		.slice(0, 8)
		.map(({ value, clips }) => `${value}${unit} (${clips})`)
		.join(", ");
}
