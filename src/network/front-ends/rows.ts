/** What every front end returns. */

export type FrontEndRows = {
	/** `rows` inputs of the network one after the other, row-major, without the batch axis. Its buffer holds nothing else. */
	readonly features: Float32Array;
	/** From 1 up. */
	readonly rows: number;
	/** Share of the clip that is in no row, in [0, 1). */
	readonly unheard: number;
	/** Share of the rows that was added after the clip's end to fill them, in [0, 1). */
	readonly padding: number;
	/** For each row how much of its length axis (`frontEndLength`: samples or frames) is the clip's, in whole steps from 1 up. What follows is padding. */
	readonly lengths: readonly number[];
};
