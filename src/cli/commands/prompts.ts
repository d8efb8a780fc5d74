/** `audio-dissect prompts list`, `check`, `show`, `diff`. */
import { existsSync } from "node:fs";
import { loadConfig } from "../../config/load.ts";
import { ConfigError } from "../../errors.ts";
import {
	comparePrompts,
	type PromptComparison,
} from "../../prompts/compare.ts";
import { checkPrompts, loadPrompts, promptNamed } from "../../prompts/load.ts";
import { exitCodes } from "../exit.ts";
import { plural, table } from "../format.ts";
import type { Session } from "../session.ts";

type PromptOptions = {
	readonly prompts?: string;
	readonly config: string;
	readonly set: readonly string[];
	/** The config was named on the command line, so it has to be there. */
	readonly configGiven: boolean;
};

/** The folder of `--prompts`, else that of the config; without either, the shipped prompts alone. */
async function directoryOf({
	prompts,
	config,
	set,
	configGiven,
}: PromptOptions): Promise<{ readonly directory?: string }> {
	if (prompts !== undefined) return { directory: prompts };
	if (!configGiven && !existsSync(config)) return {};
	const { prompts: directory } = await loadConfig({ path: config, set });
	return directory === null ? {} : { directory };
}

export async function listPrompts(
	session: Session,
	options: PromptOptions,
): Promise<number> {
	const prompts = [...(await loadPrompts(await directoryOf(options))).values()];
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
	const { directory } = await directoryOf(options);
	const problems = await checkPrompts(
		directory === undefined ? {} : { directory },
	);
	session.result({ directory: directory ?? null, problems }, () =>
		problems.length === 0
			? `all prompt files are well formed, ${directory === undefined ? "the shipped ones: no folder of your own is named" : `those in ${directory} and the shipped ones`}`
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
		await loadPrompts(await directoryOf(options)),
		options.name,
	);
	const { name, version, module, hash, file, variables, source } = prompt;
	session.result(
		{ name, version, module, hash, file, variables, source },
		() => source,
	);
	return exitCodes.done;
}

export async function diffPrompts(
	session: Session,
	options: Omit<PromptOptions, "configGiven"> & {
		readonly name?: string | undefined;
	},
): Promise<number> {
	const directory =
		options.prompts ??
		(await loadConfig({ path: options.config, set: options.set })).prompts;
	if (directory === null)
		throw new ConfigError(
			`${options.config} names no prompts of its own: the shipped ones are used`,
			{
				code: "prompts_not_replaced",
				hint: "Name a folder with --prompts, or with `prompts` in the config.",
			},
		);
	const compared = await comparePrompts({ directory, name: options.name });
	session.result(
		compared.map((one) => ({ ...one, askedAgain: askedAgain(one) })),
		() => compared.map(comparisonText).join("\n\n"),
	);
	return exitCodes.done;
}

/** What a rerun does anew because of the change. */
function askedAgain({ change, module }: PromptComparison): {
	readonly asked: string[];
	readonly made: string[];
} {
	if (change !== "other_messages") return { asked: [], made: [] };
	return { asked: [module], made: [...(madeFrom[module] ?? [])] };
}

/** What is made of a module's descriptions. */
const madeFrom: Readonly<Record<string, readonly string[]>> = {
	summarize: ["summary-calibration", "open-set-extraction"],
	"summary-calibration": ["open-set-extraction"],
};

function comparisonText(compared: PromptComparison): string {
	const { name, shipped, own, change } = compared;
	if (own === null) return `${name}: not replaced`;
	if (change === "nothing") return `${name}: the same as the shipped one`;
	const { asked, made } = askedAgain(compared);
	return [
		`${name}: version ${shipped.version} to ${own.version}, hash ${shipped.hash.slice(0, 12)} to ${own.hash.slice(0, 12)}`,
		change === "same_messages"
			? "the messages are the same: a rerun is another run and asks nothing again"
			: `a rerun asks again: ${asked.join(", ")}${made.length === 0 ? "" : `; makes anew from it: ${made.join(", ")}`}`,
		...(compared.versionKept
			? [
					`the version is still ${own.version}: raise it in the front matter, to tell the two apart`,
				]
			: []),
		`--- ${shipped.file}`,
		`+++ ${own.file}`,
		compared.diff,
	].join("\n");
}
