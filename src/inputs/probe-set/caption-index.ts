/** Finds the captions of a clip by the names it may go by. */

export type CaptionEntry = {
	/** As written in the captions file. */
	readonly name: string;
	readonly captions: string[];
};

export type Captions = {
	readonly file: string;
	/** By the clip's id, its name as written, its file name, its file name without ending: the first that is there. `ambiguous`: several clips of the file have that name. */
	readonly find: (clip: {
		readonly id: string;
		readonly clip: string;
	}) => FoundCaptions;
	/** Names that no `find` has met, in file order. */
	readonly unused: () => readonly string[];
};

type FoundCaptions = {
	readonly captions: readonly string[];
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
		return { captions: entry.captions, by };
	};
	return {
		file,
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

/** The last part without its ending. Only the endings of audio count: a YouTube id may have a dot. */
export function stem(name: string): string {
	return fileName(name).replace(/\.(wav|flac|ogg|oga|mp3)$/i, "");
}
