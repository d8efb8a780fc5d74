/** Puts the rows of a manifest together to clips: ids that repeat, paths, captions from another file, types of attributes. */
import type { Clip } from "../../types.ts";
import { type Captions, fileName, stem } from "./caption-index.ts";
import { resolveClip } from "./clip-path.ts";
import { typeAttributes } from "./columns.ts";
import type { LineProblem } from "./manifest-line.ts";
import type { Row, RowSource } from "./rows.ts";

/** A clip as the manifest has it. `hash` is known for audio that was inside the manifest; `unusable` when that was not there. */
export type ManifestClip = Clip & {
	readonly hash?: string;
	readonly unusable?: { readonly code: string; readonly message: string };
};

/** The audio of a row that has a problem: what can be checked before the row is put right. */
export type RefusedClip = Pick<ManifestClip, "id" | "path" | "unusable">;

/** The texts of a row that has a problem. `id` is where it stands when it names no clip. */
export type RefusedTexts = Pick<ManifestClip, "id" | "captions" | "label">;

/** A problem of a row. */
export type ManifestProblem = {
	readonly file: string;
	/** Line or row, from 1; null: the file as a whole. */
	readonly line: number | null;
	readonly unit: "line" | "row";
	readonly code: string;
	readonly message: string;
};

/** `file:12` for a line, `file, row 12` for a row of Parquet. */
export function placeOf(problem: {
	readonly file: string;
	readonly line: number | null;
	readonly unit: "line" | "row";
}): string {
	const { file, line, unit } = problem;
	if (line === null) return file;
	return unit === "line" ? `${file}:${line}` : `${file}, row ${line}`;
}

type Pending = {
	readonly clip: ManifestClip;
	/** As in the manifest, for joining captions. */
	readonly name: string;
	readonly file: string;
	readonly line: number | null;
	readonly unit: "line" | "row";
	readonly order: number;
};

/** Takes rows one by one; captions are joined at the end, when all names are known. */
export function createCollector(
	captions: Captions | null,
	wantsCaptions: boolean,
) {
	const pending: Pending[] = [];
	const refused: RefusedClip[] = [];
	const refusedTexts: RefusedTexts[] = [];
	const problems: (ManifestProblem & { readonly order: number })[] = [];
	const firstOfId = new Map<
		string,
		{ readonly place: string; readonly index: number | null }
	>();
	let rows = 0;

	const add = (
		{ file, number, line, folder }: Row,
		{ unit, merges }: RowSource,
	): void => {
		rows += 1;
		const order = rows;
		const problem = (one: LineProblem): void => {
			problems.push({ file, line: number, unit, order, ...one });
		};
		const good = "problems" in line ? null : line;
		if ("problems" in line) for (const one of line.problems) problem(one);
		const earlier = line.id === null ? undefined : firstOfId.get(line.id);
		if (earlier !== undefined && good !== null && merges) {
			const first = earlier.index === null ? undefined : pending[earlier.index];
			if (first !== undefined && earlier.index !== null) {
				const texts = [...first.clip.captions, ...good.captions];
				pending[earlier.index] = {
					...first,
					clip: { ...first.clip, captions: [...new Set(texts)] },
				};
			}
			return;
		}
		const path =
			line.clip === null
				? null
				: (line.audio?.path ?? resolveClip(line.clip, folder));
		if (path !== null && typeof path !== "string") problem(path);
		if (good === null || (path !== null && typeof path !== "string"))
			refusedTexts.push({
				id: line.id ?? line.clip ?? placeOf({ file, line: number, unit }),
				captions: line.captions ?? [],
				label: line.label ?? null,
			});
		if (good === null && typeof path === "string")
			refused.push({ id: line.id ?? line.clip ?? path, path, ...line.audio });
		if (good !== null && typeof path === "string") {
			const { clip: name, audio, ...facts } = good;
			pending.push({
				clip: { ...facts, path, ...audio },
				name,
				file,
				line: number,
				unit,
				order,
			});
		}
		if (line.id === null) return;
		if (earlier === undefined)
			firstOfId.set(line.id, {
				place: number === null ? file : `${unit} ${number}`,
				index:
					good !== null && typeof path === "string" ? pending.length - 1 : null,
			});
		else
			problem({
				code: "duplicate_id",
				message: `expected an id of its own, got ${JSON.stringify(line.id)} again, as on ${earlier.place}`,
			});
	};

	const finish = (source: RowSource) => {
		const names = countNames(pending, captions);
		const joined = pending.map((one): ManifestClip => {
			const { clip, file, line, unit, order } = one;
			const found = captions?.find({ id: clip.id, clip: one.name }) ?? null;
			const sharers =
				found === null || found.by === "name"
					? 1
					: (names.get(nameBy(found.by, one.name)) ?? 1);
			const generated =
				found?.captions.every(({ source }) => source !== null) ?? false;
			// What a model wrote never takes the place of what the manifest has.
			if (generated && clip.captions.length > 0) return clip;
			if (found !== null && sharers === 1) {
				// Samples that say the same are one caption.
				const distinct = found.captions.filter(
					({ text }, index, all) =>
						all.findIndex((other) => other.text === text) === index,
				);
				return {
					...clip,
					captions: distinct.map(({ text }) => text),
					...(generated
						? { captionSources: distinct.map(({ source }) => source) }
						: {}),
				};
			}
			if (
				clip.captions.length === 0 &&
				wantsCaptions &&
				(source.captioned || captions !== null)
			)
				problems.push({
					file,
					line,
					unit,
					order,
					code: found === null ? "caption_missing" : "caption_ambiguous",
					message:
						found !== null
							? `${captions?.file} has captions for "${fileName(one.name)}", a name that ${sharers} clips have; write the path as in the manifest`
							: captions === null
								? "expected a caption, got none"
								: `expected captions of ${JSON.stringify(clip.id)} in ${captions.file}, got none`,
				});
			return clip;
		});
		const clips = source.untyped ? typeAttributes(joined) : joined;
		return {
			clips,
			refused,
			refusedTexts,
			problems: problems
				.sort((a, b) => a.order - b.order)
				.map(({ order: _, ...problem }) => problem),
		};
	};
	return { add, finish };
}

function nameBy(by: "file name" | "stem", name: string): string {
	const plain = name.replaceAll("\\", "/");
	return by === "stem" ? `stem ${stem(plain)}` : fileName(plain);
}

/** How many clips share a file name, or a stem; only needed to join captions. */
function countNames(
	pending: readonly Pending[],
	captions: Captions | null,
): ReadonlyMap<string, number> {
	const counts = new Map<string, number>();
	if (captions === null) return counts;
	for (const { name } of pending)
		for (const key of [nameBy("file name", name), nameBy("stem", name)])
			counts.set(key, (counts.get(key) ?? 0) + 1);
	return counts;
}
