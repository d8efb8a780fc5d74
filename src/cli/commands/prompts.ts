/** `audio-dissect prompts list`, `check`, `show`. */
import { checkPrompts, loadPrompts, promptNamed } from "../../prompts/load.ts";
import { exitCodes } from "../exit.ts";
import { plural, table } from "../format.ts";
import type { Session } from "../session.ts";

type PromptOptions = { readonly prompts?: string };

function directoryOf({ prompts }: PromptOptions): {
	readonly directory?: string;
} {
	return prompts === undefined ? {} : { directory: prompts };
}

export async function listPrompts(
	session: Session,
	options: PromptOptions,
): Promise<number> {
	const prompts = [...(await loadPrompts(directoryOf(options))).values()];
	session.result(
		prompts.map(({ name, version, module, hash, file, variables }) => ({
			name,
			version,
			module,
			hash,
			file,
			variables,
		})),
		() =>
			table(
				["name", "version", "module", "hash", "file"],
				prompts.map(({ name, version, module, hash, file }) => [
					name,
					version,
					module,
					hash.slice(0, 12),
					file,
				]),
			),
	);
	return exitCodes.done;
}

export async function checkPromptFiles(
	session: Session,
	options: PromptOptions,
): Promise<number> {
	const problems = await checkPrompts(directoryOf(options));
	session.result({ problems }, () =>
		problems.length === 0
			? "all prompt files are well formed"
			: [
					plural(problems.length, "problem"),
					...problems.map(
						({ file, line, column, message, code }) =>
							`${file}:${line}:${column}: ${message} [${code}]`,
					),
				].join("\n"),
	);
	return problems.length === 0 ? exitCodes.done : exitCodes.usage;
}

export async function showPrompt(
	session: Session,
	options: PromptOptions & { readonly name: string },
): Promise<number> {
	const prompt = promptNamed(
		await loadPrompts(directoryOf(options)),
		options.name,
	);
	const { name, version, module, hash, file, variables, source } = prompt;
	session.result(
		{ name, version, module, hash, file, variables, source },
		() => source,
	);
	return exitCodes.done;
}
