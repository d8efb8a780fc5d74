/** A headline figure of the start page. */

/** One number with what it means. `value` null: there is none, and `details` say why. */
export type Figure = {
	readonly title: string;
	readonly value: string | null;
	readonly details: readonly string[];
};
