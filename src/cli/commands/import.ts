/** `audio-dissect import`: activations that another program recorded, and the files of the published AND code. */
import { loadNetwork } from "../../network/load.ts";
import {
	type ImportAndOptions,
	importAndFiles,
} from "../../recordings/import/and/import-and.ts";
import { exitCodes } from "../exit.ts";
import { plural } from "../format.ts";
import type { Session } from "../session.ts";
import { recordCommand } from "./record.ts";

/** Checks a manifest and its files; with a config also makes the recording of its probe set. */
export async function importActivations(
	session: Session,
	options: {
		readonly manifest: string;
		readonly config?: string | undefined;
		readonly set: readonly string[];
	},
): Promise<number> {
	const { manifest, config } = options;
	const network = await loadNetwork({ descriptor: manifest });
	if (config !== undefined)
		return recordCommand(session, {
			config,
			set: [
				...options.set,
				`network=${JSON.stringify(network.descriptorPath)}`,
				"layers=[]",
			],
		});
	const { name, hash, layers, classes, outputLayer, imported } = network;
	const rows = imported?.rows.length ?? 0;
	session.result(
		{
			network: name,
			manifest: network.descriptorPath,
			hash,
			rows,
			by: imported?.by ?? null,
			layers: layers.map(({ name: layer, units, pooling, windows }) => ({
				name: layer,
				units,
				pooling,
				windows,
			})),
			classes: classes?.length ?? null,
			output: outputLayer,
		},
		() =>
			[
				`network    ${name} (imported, ${hash.slice(0, 12)})`,
				`rows       ${plural(rows, "clip")} by ${imported?.by === "hash" ? "SHA-256 of the audio file" : "id in the probe set"}`,
				`classes    ${classes === null ? "none" : `${classes.length}, units of ${outputLayer}`}`,
				`layers     ${plural(layers.length, "layer")}`,
				...layers.map(
					(layer) =>
						`           ${layer.name} (${layer.units})  ${layer.pooling}`,
				),
				"",
				`for a config:  network: ${network.descriptorPath}`,
			].join("\n"),
	);
	return exitCodes.done;
}

export async function importAnd(
	session: Session,
	options: ImportAndOptions,
): Promise<number> {
	const result = await importAndFiles(options);
	session.result(result, () =>
		[
			`clips      ${result.clips} with caption and audio, ${result.withoutAudio.length} captions without audio, ${result.withoutCaption.length} audio files without caption`,
			...result.withoutAudio.slice(0, 5).map((name) => `           - ${name}`),
			`classes    ${result.classes}${result.classBase === null ? "" : `, numbered from ${result.classBase}`}`,
			`concepts   ${result.concepts}`,
			`exemplars  ${result.exemplars}`,
			`results    ${result.summaries} summaries, ${result.calibrations} calibrations, ${result.predictions} predictions`,
			"written:",
			...result.files.map((file) => `           ${file}`),
		].join("\n"),
	);
	return exitCodes.done;
}
