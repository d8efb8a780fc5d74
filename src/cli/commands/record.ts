/** `audio-dissect record`: the recording alone, for when inference and description happen at different times or places. */
import { ConfigError } from "../../errors.ts";
import { record } from "../../recordings/record.ts";
import type { Recording } from "../../recordings/recording.ts";
import { recordTraces } from "../../recordings/traces/record-traces.ts";
import type { TraceEntry } from "../../recordings/traces/trace-index.ts";
import type { Study } from "../../study.ts";
import { exitCodes } from "../exit.ts";
import { percent, plural } from "../format.ts";
import type { Session } from "../session.ts";
import {
	parseNeurons,
	type StudyOptions,
	studyConfig,
} from "../study-options.ts";
import { withStudy } from "./dissect.ts";

export type RecordCommandOptions = StudyOptions & {
	/** Neurons whose time courses are recorded too, as for --neurons. */
	readonly traces?: string | undefined;
	/** Ids of the clips of the traces, comma-separated; * is a wildcard. Default: all. */
	readonly traceClips?: string | undefined;
	/** Tries clips again that a finished recording left out. */
	readonly retryExcluded?: boolean | undefined;
};

export async function recordCommand(
	session: Session,
	options: RecordCommandOptions,
): Promise<number> {
	if (options.traceClips !== undefined && options.traces === undefined)
		throw new ConfigError("--trace-clips needs --traces", {
			code: "trace_clips_without_traces",
			hint: "--traces says which neurons: --traces layer#0-7.",
		});
	const config = await studyConfig(options);
	return withStudy(
		session,
		config,
		async (study) => {
			// Before hours of recording.
			if (study.probeSet.clips.length > 0)
				chosenClips(study.probeSet.clips, options.traceClips);
			const recording = await record({
				...study.recording,
				network: study.network,
				probeSet: study.probeSet,
				directory: `${study.store.directory}/recordings`,
				retryExcluded: options.retryExcluded,
				signal: session.signal,
				onProgress: session.progress.onProgress,
			});
			const traces =
				options.traces === undefined
					? []
					: await tracesOf(session, options, study, recording);
			const padding = paddingOf(recording, study.network);
			session.result({ ...recordingResult(recording, traces), padding }, () =>
				recordingText(recording, traces.length, padding),
			);
			return exitCodes.done;
		},
		{ describes: false },
	);
}

function recordingResult(
	recording: Recording,
	traces: readonly TraceEntry[],
): object {
	const { id, directory, precision, layers, clips, excluded, warnings } =
		recording;
	return {
		recording: id,
		directory,
		precision,
		clips: clips.length,
		excluded,
		warnings,
		layers,
		traces,
	};
}

type Padding = {
	/** Clips of which something is padding. */
	readonly clips: number;
	/** Mean over all clips of the share of their input that is padding, in [0, 1). */
	readonly share: number;
	/** Layers whose values count it. */
	readonly counted: readonly string[];
};

/** Null where the recording does not say. */
function paddingOf(
	{ padding }: Recording,
	network: Study["network"],
): Padding | null {
	const known = padding.filter((share) => share !== null);
	if (known.length === 0) return null;
	return {
		clips: known.filter((share) => share > 0).length,
		share: known.reduce((sum, share) => sum + share, 0) / known.length,
		counted: network.layers
			.filter((layer) => layer.padding !== "exclude")
			.map(({ name }) => name),
	};
}

function paddingText(padding: Padding | null, layers: number): string[] {
	if (padding === null || padding.clips === 0) return [];
	const { clips, share, counted } = padding;
	return [
		`padding    ${plural(clips, "clip")} filled up to the network's input; on average ${percent(share)} of the input is padding, which counts in ${counted.length} of ${plural(layers, "layer")}`,
	];
}

function recordingText(
	recording: Recording,
	traces: number,
	padding: Padding | null,
): string {
	const { id, directory, precision, layers, clips, excluded, warnings } =
		recording;
	return [
		`recording  ${id.slice(0, 12)}`,
		`clips      ${clips.length} recorded, ${excluded.length} left out`,
		...excluded.map(({ message, code }) => `           - ${message} [${code}]`),
		...warnings.map(({ message, code }) => `           ! ${message} [${code}]`),
		...paddingText(padding, layers.length),
		`layers     ${plural(layers.length, "layer")}, ${precision} [units, clips] in .npy files`,
		...layers.map(
			({ name, units, path }) => `           ${name} (${units})  ${path}`,
		),
		...(traces === 0
			? []
			: [
					`traces     ${plural(traces, "time course file")} in ${directory}/traces (index.json lists them)`,
				]),
	].join("\n");
}

function tracesOf(
	session: Session,
	options: RecordCommandOptions,
	study: Study,
	recording: Recording,
) {
	const units = new Map(
		study.network.layers.map((layer) => [layer.name, layer.units]),
	);
	return recordTraces({
		network: study.network,
		recording,
		neurons: parseNeurons(options.traces ?? "", units),
		clips: chosenClips(recording.clips, options.traceClips),
		threads: study.recording?.threads,
		provider: study.recording?.provider,
		signal: session.signal,
		onProgress: session.progress.onProgress,
	});
}

/**
 * Names stay as they are, so that one that is not there is an error; patterns become the ids they match.
 * Throws ConfigError `trace_clips_unknown` for a pattern that matches none, and for no name at all.
 */
function chosenClips(
	clips: readonly { readonly id: string }[],
	text: string | undefined,
): readonly string[] | undefined {
	if (text === undefined) return undefined;
	const names = text
		.split(",")
		.map((name) => name.trim())
		.filter((name) => name !== "");
	if (names.length === 0) throw noClip(text, clips);
	return names.flatMap((name) => {
		if (!name.includes("*")) return [name];
		const parts = name
			.split("*")
			.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
		const pattern = new RegExp(`^${parts.join(".*")}$`, "u");
		const matched = clips.map(({ id }) => id).filter((id) => pattern.test(id));
		if (matched.length === 0) throw noClip(name, clips);
		return matched;
	});
}

function noClip(
	name: string,
	clips: readonly { readonly id: string }[],
): ConfigError {
	return new ConfigError(
		`--trace-clips: no clip matches "${name}": expected the id of a clip, or a pattern with *`,
		{
			code: "trace_clips_unknown",
			hint: `The clips are ${clips
				.slice(0, 3)
				.map(({ id }) => `"${id}"`)
				.join(", ")}${clips.length > 3 ? " ..." : ""}.`,
		},
	);
}
