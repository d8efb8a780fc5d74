/** Prompts of one's own against the shipped ones they replace: what differs, and what a rerun asks again because of it. */
import { lineDiff } from "./line-diff.ts";
import { loadPrompts, promptNamed } from "./load.ts";
import type { Prompt } from "./prompt.ts";

type Edition = Pick<Prompt, "version" | "hash" | "file">;

export type PromptComparison = {
	readonly name: string;
	readonly module: string;
	readonly shipped: Edition;
	/** Null: the directory has no file of this name, so the shipped prompt is used. */
	readonly own: Edition | null;
	/** Unified diff from the shipped text to one's own; empty when they are equal. */
	readonly diff: string;
	/**
	 * `nothing`: the models are sent the same text. `same_messages`: only the front matter differs; a rerun is another run and asks nothing.
	 * `other_messages`: a rerun asks the module's calls again.
	 */
	readonly change: "nothing" | "same_messages" | "other_messages";
	/** The text differs, the version does not: two runs would look alike in a list. */
	readonly versionKept: boolean;
};

/**
 * Every prompt of this installation beside the one of the same name in `directory`; of `name` only, when given.
 * Throws PromptError: what `loadPrompts` throws, `prompt_unknown`.
 */
export async function comparePrompts(options: {
	readonly directory: string;
	readonly name?: string | undefined;
}): Promise<readonly PromptComparison[]> {
	const shipped = await loadPrompts();
	const used = await loadPrompts({ directory: options.directory });
	const wanted =
		options.name === undefined
			? [...shipped.values()]
			: [promptNamed(shipped, options.name)];
	return wanted.map((prompt) =>
		compare(prompt, promptNamed(used, prompt.name)),
	);
}

function compare(shipped: Prompt, used: Prompt): PromptComparison {
	const same = shipped.source === used.source;
	const sameMessages = bodyOf(shipped) === bodyOf(used);
	return {
		name: shipped.name,
		module: shipped.module,
		shipped: edition(shipped),
		own: used.file === shipped.file ? null : edition(used),
		diff: lineDiff(shipped.source, used.source),
		change: same
			? "nothing"
			: sameMessages
				? "same_messages"
				: "other_messages",
		versionKept: !sameMessages && shipped.version === used.version,
	};
}

function edition({ version, hash, file }: Prompt): Edition {
	return { version, hash, file };
}

/** What comes after the front matter. */
function bodyOf({ source }: Prompt): string {
	return source.replace(/^---\n.*?\n---[ \t]*\n/s, "").trim();
}
