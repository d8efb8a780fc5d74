/** CSV and TSV manifests: the layout recognised by its columns, each row a clip. */
import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { AttributeValue } from "../../types.ts";
import { captionColumns, readColumns } from "./columns.ts";
import { openCsv } from "./csv.ts";
import { completeMapping, recogniseLayout } from "./layouts.ts";
import { createLocator } from "./locate.ts";
import type { ManifestLine } from "./manifest-line.ts";
import { checkHint, checkMapping, type Row, type RowSource } from "./rows.ts";
import type { ProbeSetSpec } from "./spec.ts";

/** Opens a table as a source of rows. Throws the errors of `openCsv` and `checkMapping`. */
export async function openTable(
	file: string,
	spec: ProbeSetSpec,
	signal: AbortSignal | undefined,
): Promise<RowSource> {
	const csv = await openCsv({
		path: file,
		kind: "probe set manifest",
		codes: { missing: "manifest_missing", encoding: "manifest_encoding" },
		signal,
	});
	try {
		const given = spec.columns ?? {};
		// A named clip column means the user knows the layout better.
		const layout =
			given.clip === undefined ? recogniseLayout(csv.columns) : undefined;
		const mapping = completeMapping(csv.columns, layout, given);
		checkMapping({ file, columns: csv.columns, mapping });
		const locator = createLocator({ table: file, layout, clips: spec.clips });
		const metadata =
			layout?.metadata === true || spec.metadata !== undefined
				? await readMetadata(spec.metadata ?? besideCaptions(file))
				: null;
		async function* rows(): AsyncGenerator<Row, void, undefined> {
			try {
				for await (const row of csv.rows()) {
					const place = { file, number: row.line };
					if ("problem" in row) {
						const problems = [row.problem];
						const line = { problems, id: null, clip: null };
						yield { ...place, line, folder: locator.folder() };
						continue;
					}
					const read = readColumns(row.fields, mapping);
					if ("problems" in read) {
						// Only when no file is named: all other cells are texts, which are always fine.
						yield { ...place, line: read, folder: locator.folder() };
						continue;
					}
					const clip = locator.name(read.clip, row.fields);
					const line = withMetadata({ ...read, clip }, read.clip, metadata);
					yield { ...place, line, folder: locator.folder() };
				}
			} finally {
				await csv.close();
			}
		}
		return {
			layout: layout?.name ?? null,
			captioned: captionColumns(mapping).length > 0,
			merges: layout?.merges === true,
			untyped: true,
			unit: "line",
			whenEmpty: "expected a row for each clip, got only the header",
			hint: checkHint,
			rows,
		};
	} catch (error) {
		await csv.close();
		throw error;
	}
}

type Metadata = ReadonlyMap<
	string,
	{
		readonly sourceRecording: string | null;
		readonly attributes: Readonly<Record<string, AttributeValue>>;
	}
>;

/** Clotho's metadata lie beside the captions under the same name; null when they do not. */
function besideCaptions(captions: string): string | null {
	const name = basename(captions).replace("captions", "metadata");
	const path = join(dirname(captions), name);
	return path !== captions && existsSync(path) ? path : null;
}

/** Clotho's metadata: the Freesound sound is the source recording, keywords and licence are attributes. Published as windows-1252. */
async function readMetadata(path: string | null): Promise<Metadata | null> {
	if (path === null) return null;
	const csv = await openCsv({
		path,
		kind: "metadata",
		codes: { missing: "metadata_missing", encoding: "metadata_encoding" },
		otherwise: "windows-1252",
	});
	checkMapping({
		file: path,
		columns: csv.columns,
		mapping: { clip: "file_name", sourceRecording: "sound_id" },
	});
	const metadata = new Map<
		string,
		Metadata extends ReadonlyMap<string, infer Item> ? Item : never
	>();
	for await (const row of csv.rows()) {
		// A row that cannot be read costs its clip the metadata, nothing else.
		if ("problem" in row) continue;
		const text = (column: string): string => {
			const value = row.fields(column);
			return typeof value === "string" ? value.trim() : "";
		};
		const sound = text("sound_id");
		const keywords = text("keywords")
			.split(";")
			.map((word) => word.trim())
			.filter((word) => word !== "");
		metadata.set(text("file_name"), {
			sourceRecording: /^\d+$/.test(sound) ? sound : null,
			attributes: {
				keywords,
				licence: text("license") || null,
			},
		});
	}
	return metadata;
}

function withMetadata(
	line: ManifestLine,
	name: string,
	metadata: Metadata | null,
): ManifestLine {
	const found = metadata?.get(name);
	if (found === undefined) return line;
	return {
		...line,
		sourceRecording: line.sourceRecording ?? found.sourceRecording,
		attributes: { ...found.attributes, ...line.attributes },
	};
}
