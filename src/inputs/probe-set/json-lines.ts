/** JSON lines manifests: an object a line, in our own keys or in those a mapping names. */
import { dirname, resolve } from "node:path";
import { linesOfPieces, textPieces } from "../text-file.ts";
import { captionColumns, readColumns } from "./columns.ts";
import { completeMapping, recogniseLayout } from "./layouts.ts";
import {
	type BadLine,
	type ManifestLine,
	readJsonLine,
	readManifestLine,
} from "./manifest-line.ts";
import type { Row, RowSource } from "./rows.ts";
import type { ColumnMapping, ProbeSetSpec } from "./spec.ts";

/** Opens JSON lines as a source of rows. Nothing is read yet. */
export function openJsonLines(
	file: string,
	spec: ProbeSetSpec,
	options: {
		/** A line without captions is none with a problem. */
		readonly captionsElsewhere: boolean;
		readonly signal: AbortSignal | undefined;
	},
): RowSource {
	const folder = {
		path: spec.clips === undefined ? dirname(file) : resolve(spec.clips),
		confined: spec.clips !== undefined,
	};
	const { captionsElsewhere, signal } = options;
	const read = lineReader(spec, captionsElsewhere);
	let isList: boolean | undefined;
	async function* rows(): AsyncGenerator<Row, void, undefined> {
		const pieces = textPieces({
			path: file,
			kind: "probe set manifest",
			codes: { missing: "manifest_missing", encoding: "manifest_encoding" },
			signal,
		});
		for await (const { number, text } of linesOfPieces(pieces)) {
			if (text.trim() === "") continue;
			isList ??= text.trimStart().startsWith("[");
			yield { file, number, line: read(text), folder };
		}
	}
	return {
		layout: null,
		captioned: true,
		merges: false,
		untyped: false,
		unit: "line",
		whenEmpty: "expected a JSON object on each line, got only blank lines",
		hint: () =>
			isList === true
				? "The file looks like one JSON list; a manifest has one object a line (jq -c '.[]' FILE)."
				: 'A line looks like {"clip": "clips/rain.wav", "caption": "Rain on a roof.", "label": "rain"}.',
		rows,
	};
}

/** Our own keys are checked by name; a mapping, or `file_name` (Hugging Face's metadata.jsonl), has its own. */
function lineReader(
	spec: ProbeSetSpec,
	captionsElsewhere: boolean,
): (text: string) => ManifestLine | BadLine {
	const given: ColumnMapping = spec.columns ?? {};
	const isMapped = Object.values(given).some((column) => column !== undefined);
	return (text) => {
		if (!isMapped && !/"file_name"/.test(text))
			return readManifestLine(text, { captionsElsewhere });
		const read = readJsonLine(text);
		if ("problems" in read) return read;
		const { value } = read;
		const keys = Object.keys(value);
		if (!isMapped && keys.includes("clip"))
			return readManifestLine(text, { captionsElsewhere });
		const layout = given.clip === undefined ? recogniseLayout(keys) : undefined;
		const mapping = completeMapping(keys, layout, given);
		if (mapping.clip === undefined)
			return {
				problems: [
					{
						code: "clip_invalid",
						message: `expected \`clip\`, the path of an audio file, got ${keys.map((key) => `\`${key}\``).join(", ") || "nothing"}`,
					},
				],
				id: null,
				clip: null,
			};
		const line = readColumns(
			(key) =>
				Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined,
			mapping,
		);
		if ("problems" in line || line.captions.length > 0 || captionsElsewhere)
			return line;
		const columns = captionColumns(mapping);
		return {
			problems: [
				{
					code: "caption_missing",
					message: `expected a caption${columns.length > 0 ? ` in ${columns.map((key) => `\`${key}\``).join(", ")}` : ""}, got none`,
				},
			],
			id: line.id,
			clip: line.clip,
			label: line.label,
			captions: line.captions,
		};
	};
}
