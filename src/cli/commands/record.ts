/** `audio-dissect record`: the recording alone, for when inference and description happen at different times or places. */
import { ConfigError } from "../../errors.ts";
import { record } from "../../recordings/record.ts";
import type { Recording } from "../../recordings/recording.ts";
import { recordTraces } from "../../recordings/traces/record-traces.ts";
import { openStudy, type Study } from "../../study.ts";
import { exitCodes } from "../exit.ts";
import { plural } from "../format.ts";
import type { Session } from "../session.ts";
import {
	parseNeurons,
	type StudyOptions,
	studyConfig,
} from "../study-options.ts";

export type RecordCommandOptions = StudyOptions & {
	/** Neurons whose time courses are recorded too, as for --neurons. */
	readonly traces?: string | undefined;
	/** Ids of the clips of the traces, comma-separated; * is a wildcard. Default: all. */
	readonly traceClips?: string | undefined;
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
	const study = await openStudy({
		config,
		now: session.now,
		signal: session.signal,
		onProgress: session.progress.onProgress,
	});
	try {
		// Before hours of recording.
		if (study.probeSet.clips.length > 0)
			chosenClips(study.probeSet.clips, options.traceClips);
		const recording = await record({
			...study.recording,
			network: study.network,
			probeSet: study.probeSet,
			directory: `${study.store.directory}/recordings`,
			signal: session.signal,
			onProgress: session.progress.onProgress,
		});
		const traces =
			options.traces === undefined
				? []
				: await tracesOf(session, options, study, recording);
		const { id, directory, precision, layers, clips, excluded, warnings } =
			recording;
		session.result(
			{
				recording: id,
				directory,
				precision,
				clips: clips.length,
				excluded,
				warnings,
				layers,
				traces,
			},
			() =>
				[
					`recording  ${id.slice(0, 12)}`,
					`clips      ${clips.length} recorded, ${excluded.length} left out`,
					...excluded.map(
						({ message, code }) => `           - ${message} [${code}]`,
					),
					...warnings.map(
						({ message, code }) => `           ! ${message} [${code}]`,
					),
					`layers     ${plural(layers.length, "layer")}, ${precision} [units, clips] in .npy files`,
					...layers.map(
						({ name, units, path }) => `           ${name} (${units})  ${path}`,
					),
					...(traces.length === 0
						? []
						: [
								`traces     ${plural(traces.length, "time course file")} in ${directory}/traces (index.json lists them)`,
							]),
				].join("\n"),
		);
		return exitCodes.done;
	} finally {
		await study.close();
	}
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
