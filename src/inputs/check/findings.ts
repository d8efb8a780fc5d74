/** What a check of a probe set finds, and how bad it is. */

/**
 * `refused`: the probe set cannot be used until it is put right. `excluded`: this clip would be left out. `warning`: used all the same; look at it.
 */
export type Severity = (typeof SEVERITIES)[number];

/** Worst first. */
export const SEVERITIES = ["refused", "excluded", "warning"] as const;

export type Finding = {
	readonly severity: Severity;
	/** Stable, snake_case. */
	readonly code: string;
	readonly message: string;
	/** Id of the clip; null when it is about the manifest or the whole set. */
	readonly clip: string | null;
	/** Manifest line or row the finding is about, where there is one. */
	readonly line: number | null;
	/** The names a finding about many is about (labels, clips); all of them, while the message shows some. */
	readonly names?: readonly string[];
};

/** A finding about the whole set. */
export function setFinding(
	severity: Severity,
	code: string,
	message: string,
	names?: readonly string[],
): Finding {
	return {
		severity,
		code,
		message,
		clip: null,
		line: null,
		...(names === undefined ? {} : { names }),
	};
}

/** Names written out in a message. */
const SHOWN_NAMES = 10;

/** `a, b, c and 7 more`. */
export function listed(names: readonly string[]): string {
	const shown = names.slice(0, SHOWN_NAMES);
	const more = names.length - shown.length;
	return `${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
