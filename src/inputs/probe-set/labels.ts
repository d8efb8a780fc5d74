/** Whether the labels of a probe set are classes of the network. */
import { DataError } from "../../errors.ts";
import { conceptKey } from "../../shared/concept-key.ts";
import { didYouMean } from "../../shared/suggest.ts";
import type { Clip } from "../../types.ts";

/** Labels written out in the message; all of them are in the evidence. */
const SHOWN_LABELS = 50;

/**
 * Compares labels with class names (case, "_" and spaces make no difference); clips without a label are passed over.
 * Throws DataError `label_unknown` listing each label that is no class, with its clips counted and a suggestion.
 */
export function checkLabels(options: {
	readonly clips: readonly Pick<Clip, "label">[];
	readonly classes: readonly string[];
}): void {
	const classes = new Set(options.classes.map(conceptKey));
	const counts = new Map<string, number>();
	for (const { label } of options.clips)
		if (label !== null && !classes.has(conceptKey(label)))
			counts.set(label, (counts.get(label) ?? 0) + 1);
	if (counts.size === 0) return;
	const unknown = [...counts].map(([label, clips]) => ({
		label,
		clips,
		suggestion: didYouMean(label, options.classes),
	}));
	const lines = unknown
		.slice(0, SHOWN_LABELS)
		.map(
			({ label, clips, suggestion }) =>
				`"${label}" (${clips} ${clips === 1 ? "clip" : "clips"})${suggestion === undefined ? "" : `; ${suggestion}`}`,
		);
	if (unknown.length > lines.length)
		lines.push(`... and ${unknown.length - lines.length} more`);
	throw new DataError(
		`expected every label of the probe set to be one of the network's ${options.classes.length} classes, got:\n${lines.join("\n")}`,
		{
			code: "label_unknown",
			hint: "Correct the labels in the manifest or the class list of the network; a clip without a class needs no label. Where labels are meant to be other names than the classes, set `labels: own` in the config.",
			evidence: { unknown },
		},
	);
}
