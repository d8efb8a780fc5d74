/** `audio-dissect record`: the recording alone, for when inference and description happen at different times or places. */
import { record } from "../../recordings/record.ts";
import { openStudy } from "../../study.ts";
import { exitCodes } from "../exit.ts";
import { plural } from "../format.ts";
import type { Session } from "../session.ts";
import { type StudyOptions, studyConfig } from "../study-options.ts";

export async function recordCommand(
	session: Session,
	options: StudyOptions,
): Promise<number> {
	const config = await studyConfig(options);
	const study = await openStudy({
		config,
		now: session.now,
		signal: session.signal,
		onProgress: session.progress.onProgress,
	});
	try {
		const recording = await record({
			...study.recording,
			network: study.network,
			probeSet: study.probeSet,
			directory: `${study.store.directory}/recordings`,
			signal: session.signal,
			onProgress: session.progress.onProgress,
		});
		const { id, directory, layers, clips, excluded, warnings } = recording;
		session.result(
			{
				recording: id,
				directory,
				clips: clips.length,
				excluded,
				warnings,
				layers,
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
					`layers     ${plural(layers.length, "layer")}, float32 [units, clips] in .npy files`,
					...layers.map(
						({ name, units, path }) => `           ${name} (${units})  ${path}`,
					),
				].join("\n"),
		);
		return exitCodes.done;
	} finally {
		await study.close();
	}
}
