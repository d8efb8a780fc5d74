/** Runs the rows of clips in order, as a network with a state needs them. */
import type { RowState } from "./feeds.ts";

/**
 * Clips side by side, `group` at a time, each one row further per run; a clip that has ended drops out. `clipRows`: how many rows each clip has, one clip
 * after the other. `run` runs the rows with these numbers from `states` (one per row) and resolves with the states they leave.
 */
export async function runRecurrent(options: {
	readonly clipRows: readonly number[];
	readonly group: number;
	/** The state before a clip's first row. */
	readonly start: () => RowState;
	readonly run: (
		rows: readonly number[],
		states: readonly RowState[],
	) => Promise<readonly RowState[]>;
}): Promise<void> {
	const { clipRows, group, run } = options;
	let firstRow = 0;
	const clips = clipRows.map((count) => {
		const clip = { firstRow, count };
		firstRow += count;
		return clip;
	});
	for (let from = 0; from < clips.length; from += group) {
		let active = clips
			.slice(from, from + group)
			.map((clip) => ({ ...clip, state: options.start() }));
		for (let step = 0; active.length > 0; step += 1) {
			active = active.filter(({ count }) => count > step);
			if (active.length === 0) break;
			const states = await run(
				active.map((clip) => clip.firstRow + step),
				active.map(({ state }) => state),
			);
			active = active.map((clip, index) => ({
				...clip,
				state: states[index] as RowState,
			}));
		}
	}
}
