/** Clips as exemplars show them. A few clips are the exemplars of all neurons, so each is parsed once, not once a page. */
import { forgetOldest } from "../shared/forget-oldest.ts";
import type { Connection } from "./connection.ts";
import { clipRow } from "./neuron-rows.ts";
import { parseRow } from "./rows.ts";
import type { ClipView } from "./views.ts";

/** Clips remembered; the oldest go first. */
const REMEMBERED = 20_000;

/**
 * Returns the function from a row id of `clips` to its view. The row is read anew each time; as long as it stays the same, so does the view
 * (the same object, which must not be changed). StoreError `row_invalid`.
 */
export function clipViewer({ database }: Connection): (id: number) => ClipView {
	const select = database.prepare(
		"SELECT name AS id, path, label, captions, caption_sources AS captionSources, attributes, hash FROM clips WHERE id = ?",
	);
	const known = new Map<
		number,
		{ readonly row: unknown; readonly view: ClipView }
	>();
	return (id) => {
		const row = select.get(id);
		const before = known.get(id);
		if (before !== undefined && sameColumns(before.row, row))
			return before.view;
		const view: ClipView = parseRow(clipRow, row, "clips");
		known.delete(id);
		known.set(id, { row, view });
		forgetOldest(known, REMEMBERED);
		return view;
	};
}

function sameColumns(a: unknown, b: unknown): boolean {
	const before = Object.values(a as object);
	const now = Object.values((b ?? {}) as object);
	return (
		before.length === now.length &&
		before.every((value, index) => value === now[index])
	);
}
