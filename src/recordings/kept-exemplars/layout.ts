/** How the kept exemplars of a layer lie on disk: `NNN-layer.exemplars.npy`, float32 `[units, COLUMNS]`, beside `NNN-layer.npy`. */

/** Clips kept on each side. A run that asks for more ranks the recording again. */
export const PER_SIDE = 10;
/** Held-out clips kept. */
export const HELD_OUT = 20;

/** First columns of the parts of a row. Lists are filled up with clip -1 and activation NaN. */
export const AT = {
	highClips: 0,
	highActivations: PER_SIDE,
	lowClips: 2 * PER_SIDE,
	lowActivations: 3 * PER_SIDE,
	heldOutClips: 4 * PER_SIDE,
	heldOutActivations: 4 * PER_SIDE + HELD_OUT,
	/** Values that are NaN or infinite. */
	nonFinite: 4 * PER_SIDE + 2 * HELD_OUT,
	/** Values above 0. */
	positive: 4 * PER_SIDE + 2 * HELD_OUT + 1,
	/** The 0.95 quantile over clips, linear interpolation; NaN when it is undefined. */
	p95: 4 * PER_SIDE + 2 * HELD_OUT + 2,
} as const;

export const COLUMNS = 4 * PER_SIDE + 2 * HELD_OUT + 3;

/** Clip indices are exact in float32, and in the keys they are ranked by, below this. */
export const MOST_CLIPS = 2 ** 21;

/** Of a layer file. */
export function keptExemplarsPath(layerPath: string): string {
	return layerPath.replace(/\.npy$/, ".exemplars.npy");
}
