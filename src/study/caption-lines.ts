/** What a captions file has beside what is new: captions written by hand stay, those by models are made anew clip by clip. */
import type { CaptionLine } from "../inputs/probe-set/caption-file.ts";
import type {
	CaptionEntry,
	FileCaption,
} from "../inputs/probe-set/caption-index.ts";
import type { CaptionSource } from "../types.ts";

/** Captions by models, by clip id. */
export function captionsByModels(
	entries: readonly CaptionEntry[],
): ReadonlyMap<string, readonly FileCaption[]> {
	const byClip = new Map<string, FileCaption[]>();
	for (const { name, captions } of entries) {
		const own = byClip.get(name) ?? [];
		own.push(...captions.filter(({ source }) => source !== null));
		byClip.set(name, own);
	}
	return byClip;
}

/** The same model, prompt and sample. */
export function sameSource(a: CaptionSource | null, b: CaptionSource): boolean {
	return (
		a !== null &&
		a.provider === b.provider &&
		a.model === b.model &&
		a.baseUrl === b.baseUrl &&
		a.promptHash === b.promptHash &&
		a.sample === b.sample
	);
}

/** What was written by hand first, as it was; then models' captions in the order of the clips: new ones in place of a clip's older ones. */
export function mergeCaptions({
	kept,
	lines,
	order,
}: {
	readonly kept: readonly CaptionEntry[];
	readonly lines: readonly CaptionLine[];
	readonly order: readonly string[];
}): CaptionLine[] {
	const all = kept.flatMap(({ name, captions }) =>
		captions.map((caption): CaptionLine => ({ clip: name, ...caption })),
	);
	const renewed = new Set(lines.map(({ clip }) => clip));
	const place = new Map(order.map((id, index) => [id, index]));
	const generated = [
		...all.filter(({ source, clip }) => source !== null && !renewed.has(clip)),
		...lines,
	];
	const placeOf = ({ clip }: CaptionLine): number =>
		place.get(clip) ?? order.length;
	// The output may have copies of what another captions file has.
	const byHand = new Map(
		all
			.filter(({ source }) => source === null)
			.map((line) => [JSON.stringify([line.clip, line.text]), line]),
	);
	return [
		...byHand.values(),
		...generated.sort((a, b) => placeOf(a) - placeOf(b)),
	];
}
