/** Labels and source recordings: counts, classes without clips, and splits that could not be fair. */
import { DataError } from "../../errors.ts";
import { conceptKey } from "../../shared/concept-key.ts";
import type { Clip } from "../../types.ts";
import { checkLabels } from "../probe-set/labels.ts";
import { type Finding, listed, setFinding } from "./findings.ts";

export type LabelCount = {
	readonly label: string;
	/** Usable ones. */
	readonly clips: number;
	/** Different source recordings of these; clips that name none count as one each. */
	readonly recordings: number;
};

type Labelled = Pick<Clip, "id" | "label" | "sourceRecording">;

/** Usable clips by label, most first, then by name. */
export function countLabels(clips: readonly Labelled[]): LabelCount[] {
	const groups = new Map<string, Labelled[]>();
	for (const clip of clips)
		if (clip.label !== null) {
			const group = groups.get(clip.label);
			if (group === undefined) groups.set(clip.label, [clip]);
			else group.push(clip);
		}
	return [...groups]
		.map(([label, group]) => ({
			label,
			clips: group.length,
			recordings: new Set(
				group.map(({ id, sourceRecording }) =>
					sourceRecording === null
						? `clip ${id}`
						: `recording ${sourceRecording}`,
				),
			).size,
		}))
		.sort((a, b) => b.clips - a.clips || (a.label < b.label ? -1 : 1));
}

/**
 * Codes `label_unknown` (refused, with `classes`), `labels_spelt_differently`, `classes_without_clips`, `class_few_clips`,
 * `class_one_recording`, `source_recordings_partial`. `classes`: those of the network, null for none.
 */
export function checkLabelCounts(options: {
	readonly clips: readonly Labelled[];
	/** Rows with a problem of another kind. */
	readonly refused: readonly Pick<Clip, "label">[];
	readonly usable: readonly Labelled[];
	readonly classes: readonly string[] | null;
	/** Clips a class should have: the exemplars of one side. */
	readonly fewest: number;
}): readonly Finding[] {
	const { clips, refused, usable, classes, fewest } = options;
	const findings: Finding[] = [];
	const counts = countLabels(usable);
	const warn = (code: string, message: string, names: readonly string[]) => {
		if (names.length > 0)
			findings.push(
				setFinding("warning", code, `${message}: ${listed(names)}`, names),
			);
	};
	if (classes !== null) {
		try {
			checkLabels({ clips: [...clips, ...refused], classes });
		} catch (error) {
			if (!(error instanceof DataError)) throw error;
			findings.push(setFinding("refused", error.code, error.message));
		}
		const present = new Set(counts.map(({ label }) => conceptKey(label)));
		warn(
			"classes_without_clips",
			"classes of the network without a usable clip",
			classes.filter((name) => !present.has(conceptKey(name))),
		);
	}
	warn(
		"labels_spelt_differently",
		"labels that differ in letter case, `_` or spaces only, and count as two",
		sameName(counts.map(({ label }) => label)),
	);
	warn(
		"class_few_clips",
		`classes with fewer than ${fewest} usable clips`,
		counts
			.filter((count) => count.clips < fewest)
			.map((count) => `${count.label} (${count.clips})`),
	);
	warn(
		"class_one_recording",
		"classes whose clips are all of one source recording, so that no split can test them",
		counts
			.filter((count) => count.clips > 1 && count.recordings === 1)
			.map(({ label }) => label),
	);
	const without = clips.filter((clip) => clip.sourceRecording === null);
	if (without.length < clips.length)
		warn(
			"source_recordings_partial",
			`${without.length} of ${clips.length} clips name no source recording and are taken for independent`,
			without.map(({ id }) => id),
		);
	return findings;
}

function sameName(labels: readonly string[]): string[] {
	const byKey = new Map<string, string[]>();
	for (const label of labels) {
		const key = conceptKey(label);
		byKey.set(key, [...(byKey.get(key) ?? []), label]);
	}
	return [...byKey.values()]
		.filter((group) => group.length > 1)
		.map((group) => group.join(" = "));
}
