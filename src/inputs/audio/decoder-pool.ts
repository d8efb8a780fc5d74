/** Keeps a decoder for the next file: setting one up costs more than decoding a short clip. */

export type DecoderPool<Decoder> = {
	/**
	 * Gives `use` a decoder nobody else has. `use` returns its result and whether the decoder is clean, that is
	 * ready for another file; one that is not clean, or whose `use` throws, is freed.
	 */
	readonly with: <Result>(
		use: (decoder: Decoder) => {
			readonly result: Result;
			readonly clean: boolean;
		},
	) => Promise<Result>;
};

/** A pool that keeps at most one idle decoder. Each thread that imports a decoder's file has a pool of its own. */
export function decoderPool<Decoder extends { free(): void }>(
	create: () => Promise<Decoder>,
): DecoderPool<Decoder> {
	let idle: Decoder | undefined;
	return {
		with: async (use) => {
			const decoder = idle ?? (await create());
			if (decoder === idle) idle = undefined;
			let clean = false;
			try {
				const used = use(decoder);
				clean = used.clean;
				return used.result;
			} finally {
				if (clean && idle === undefined) idle = decoder;
				else decoder.free();
			}
		},
	};
}

/** The problems a decoder noted beside its samples (a field the packages' types leave out). */
export function decoderProblems(decoded: object): readonly string[] {
	if (!("errors" in decoded) || !Array.isArray(decoded.errors)) return [];
	return decoded.errors.map((problem: unknown) =>
		typeof problem === "object" && problem !== null && "message" in problem
			? String(problem.message)
			: String(problem),
	);
}
