/** Finds the prompt files: the shipped ones, each replaced by the file of the same name in the user's directory. */
import { readdir, readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { PromptError } from "../errors.ts";
import { packageFile } from "../shared/package.ts";
import { didYouMean } from "../shared/suggest.ts";
import { type PromptProblem, promptError } from "./problems.ts";
import { type Prompt, readPrompt } from "./prompt.ts";

export type { PromptProblem } from "./problems.ts";
export type { Prompt } from "./prompt.ts";

/** By name, in alphabetical order. */
export type Prompts = ReadonlyMap<string, Prompt>;

export type PromptOptions = {
	/** Directory whose `NAME.md` files replace the shipped prompts of those names. Other files in it are ignored. */
	readonly directory?: string | undefined;
};

const shippedDirectory = packageFile("prompts");

/**
 * The prompts of this installation, with the user's in place of the shipped ones they replace.
 * Throws one PromptError that lists every problem of every file (`checkPrompts` returns them), `prompts_unreadable` when a directory cannot be read.
 */
export async function loadPrompts(
	options: PromptOptions = {},
): Promise<Prompts> {
	const { prompts, problems } = await readPrompts(options);
	if (problems.length > 0) throw promptError(problems);
	return prompts;
}

/** Every problem of every prompt file; empty when all is well. Throws only `prompts_unreadable`. */
export async function checkPrompts(
	options: PromptOptions = {},
): Promise<readonly PromptProblem[]> {
	return (await readPrompts(options)).problems;
}

/** The prompt called `name`. Throws PromptError `prompt_unknown`, with a suggestion. */
export function promptNamed(prompts: Prompts, name: string): Prompt {
	const prompt = prompts.get(name);
	if (prompt !== undefined) return prompt;
	throw new PromptError(
		`there is no prompt "${name}"; there are: ${[...prompts.keys()].join(", ")}`,
		{
			code: "prompt_unknown",
			hint:
				didYouMean(name, prompts.keys()) ??
				"`audio-dissect prompts list` says what each is for.",
		},
	);
}

async function readPrompts({ directory }: PromptOptions): Promise<{
	readonly prompts: Prompts;
	readonly problems: readonly PromptProblem[];
}> {
	const problems: PromptProblem[] = [];
	const prompts = new Map<string, Prompt>();
	for (const file of await promptFiles(shippedDirectory)) {
		const read = readPrompt(await readText(file), file, problems);
		if (read === null) continue;
		const wrong = nameProblems(read);
		problems.push(...wrong);
		if (wrong.length === 0) prompts.set(read.prompt.name, read.prompt);
	}
	if (directory === undefined) return { prompts, problems };
	for (const file of await promptFiles(resolve(directory))) {
		const read = readPrompt(await readText(file), file, problems);
		if (read === null) continue;
		const wrong = [
			...nameProblems(read),
			...replacementProblems(read, prompts),
		];
		problems.push(...wrong);
		if (wrong.length === 0) prompts.set(read.prompt.name, read.prompt);
	}
	return { prompts, problems };
}

/** The variable that says how the model is to reply: `json` or `text`. */
const REPLY = "reply";

type Read = NonNullable<ReturnType<typeof readPrompt>>;

function nameProblems({ prompt, lineOf }: Read): PromptProblem[] {
	const expected = basename(prompt.file, ".md");
	if (prompt.name === expected) return [];
	return [
		{
			code: "name_mismatch",
			file: prompt.file,
			line: lineOf("name"),
			column: 1,
			message: `the front matter's name must be the file's: expected "${expected}", got "${prompt.name}"`,
		},
	];
}

/** A replacement serves the same module with the same values: one that leaves the captions out would give every neuron the same text. */
function replacementProblems(
	{ prompt, lineOf }: Read,
	known: Prompts,
): PromptProblem[] {
	const problem = (
		code: string,
		key: "name" | "module" | "variables",
		message: string,
	): PromptProblem => ({
		code,
		file: prompt.file,
		line: lineOf(key),
		column: 1,
		message,
	});
	const replaced = known.get(prompt.name);
	if (replaced === undefined) {
		const suggestion = didYouMean(prompt.name, known.keys());
		return [
			problem(
				"prompt_unknown",
				"name",
				`no shipped prompt is called "${prompt.name}"; ${suggestion ?? `there are: ${[...known.keys()].join(", ")}`}`,
			),
		];
	}
	const problems: PromptProblem[] = [];
	if (prompt.module !== replaced.module)
		problems.push(
			problem(
				"module_mismatch",
				"module",
				`module: expected "${replaced.module}", got "${prompt.module}"`,
			),
		);
	// A prompt that does not use it is written for JSON replies only.
	const optional = replaced.variables.includes(REPLY) ? [REPLY] : [];
	const listed = (names: readonly string[]): string =>
		names
			.filter((name) => !optional.includes(name))
			.sort()
			.join(", ");
	const expected = listed(replaced.variables);
	const got = listed(prompt.variables);
	if (expected !== got)
		problems.push(
			problem(
				"variables_mismatch",
				"variables",
				`variables: the module gives ${expected}, and all of them must be used; got ${got === "" ? "none" : got}`,
			),
		);
	return problems;
}

async function promptFiles(directory: string): Promise<string[]> {
	try {
		const names = await readdir(directory);
		return names
			.filter((name) => name.endsWith(".md") && name !== "README.md")
			.sort()
			.map((name) => join(directory, name));
	} catch (error) {
		throw unreadable(directory, error);
	}
}

async function readText(file: string): Promise<string> {
	try {
		return await readFile(file, "utf8");
	} catch (error) {
		throw unreadable(file, error);
	}
}

function unreadable(path: string, cause: unknown): PromptError {
	return new PromptError(
		`the prompts at ${path} cannot be read: ${cause instanceof Error ? cause.message : cause}`,
		{
			code: "prompts_unreadable",
			hint: "Check the directory given as `prompts` in the config or as --prompts.",
			cause,
		},
	);
}
