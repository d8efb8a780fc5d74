/** Finds the captions of a clip by the names it may go by. */
import type { CaptionSource } from "../../types.ts";

/** A caption of a captions file. */
export type FileCaption = {
	readonly text: string;
	/** Null: written by hand. */
	readonly source: CaptionSource | null;
	/** Content address of what the model was given to hear; null: not said. */
	readonly audio: string | null;
};

export type CaptionEntry = {
	/** As written in the captions file. */
	readonly name: string;
	readonly captions: FileCaption[];
};

export type Captions = {
	readonly file: string;
	/** By the clip's id, its name as written, its file name, its file name without ending: the first that is there. `ambiguous`: several clips of the file have that name. */
	readonly find: (clip: {
		readonly id: string;
		readonly clip: string;
	}) => FoundCaptions;
	/** Everything in the file, in its order. */
	readonly entries: readonly CaptionEntry[];
	/** Names that no `find` has met, in file order. */
	readonly unused: () => readonly string[];
};

type FoundCaptions = {
	/** When some of them were written by hand, only those: a model's never stand beside them or in their place. */
	readonly captions: readonly FileCaption[];
	/** Which kind of name was met; the last two need not be unique among the clips. */
	readonly by: "name" | "file name" | "stem";
} | null;

/** `entries`: by `normaliseName` of the name. */
export function indexCaptions(
	file: string,
	entries: Map<string, CaptionEntry>,
): Captions {
	const byFileName = unique(entries, (name) => fileName(name));
	const byStem = unique(entries, (name) => stem(name));
	const used = new Set<CaptionEntry>();
	const found = (
		entry: CaptionEntry | null | undefined,
		by: "name" | "file name" | "stem",
	): FoundCaptions => {
		if (entry == null) return null;
		used.add(entry);
		const byHand = entry.captions.filter(({ source }) => source === null);
		return { captions: byHand.length > 0 ? byHand : entry.captions, by };
	};
	return {
		file,
		entries: [...entries.values()],
		find: ({ id, clip }) =>
			found(entries.get(normaliseName(id)), "name") ??
			found(entries.get(normaliseName(clip)), "name") ??
			found(byFileName.get(fileName(normaliseName(clip))), "file name") ??
			found(byStem.get(stem(normaliseName(clip))), "stem"),
		unused: () =>
			[...entries.values()]
				.filter((entry) => !used.has(entry))
				.map(({ name }) => name),
	};
}

/** Entries by another form of their name; null where several share it. */
function unique(
	entries: ReadonlyMap<string, CaptionEntry>,
	form: (name: string) => string,
): ReadonlyMap<string, CaptionEntry | null> {
	const forms = new Map<string, CaptionEntry | null>();
	for (const [name, entry] of entries) {
		const key = form(name);
		forms.set(key, forms.has(key) ? null : entry);
	}
	return forms;
}

/** Forward slashes, no `./` in front. */
export function normaliseName(name: string): string {
	return name
		.trim()
		.normalize("NFC")
		.replaceAll("\\", "/")
		.replace(/^(\.\/)+/, "");
}

/** The last part of a clip's name. */
export function fileName(name: string): string {
	return name.slice(name.lastIndexOf("/") + 1);
}

/** Endings of audio files. */
export const AUDIO_ENDING = /\.(wav|flac|ogg|oga|mp3)$/i;

/** The last part without its ending. Only the endings of audio count: a YouTube id may have a dot. */
export function stem(name: string): string {
	return fileName(name).replace(AUDIO_ENDING, "");
}
