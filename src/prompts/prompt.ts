/** A prompt file, checked and ready to render. */
import { didYouMean } from "../shared/suggest.ts";
import { type ParsedPrompt, parsePrompt, type Role } from "./parse.ts";
import { plainText } from "./plain-text.ts";
import { type PromptProblem, promptError } from "./problems.ts";
import {
	type CompiledSection,
	compileSection,
	type PromptValue,
} from "./template.ts";

/** One turn of a conversation; what a language model takes. */
type PromptMessage = { readonly role: Role; readonly content: string };

export type Prompt = {
	readonly name: string;
	/** Counts up with each change of wording, from "1". */
	readonly version: string;
	/** The module that uses it: `summarize`, `open-set-extraction`. */
	readonly module: string;
	/** SHA-256 of the normalised source: what descriptions are linked to. */
	readonly hash: string;
	/** Absolute path. */
	readonly file: string;
	readonly variables: readonly string[];
	/** The whole file, normalised. */
	readonly source: string;
	/**
	 * The messages, in file order; values are text only, whatever they contain (see `plainText`).
	 * Throws PromptError `variable_missing`, `variable_unknown`, `render_failed` or `message_empty`, with file:line:column.
	 */
	render(
		variables: Readonly<Record<string, PromptValue>>,
	): readonly PromptMessage[];
};

/** Reads a prompt from the text of its file. Every problem goes to `problems`; null when there is one. */
export function readPrompt(
	text: string,
	file: string,
	problems: PromptProblem[],
): { readonly prompt: Prompt; readonly lineOf: ParsedPrompt["lineOf"] } | null {
	const before = problems.length;
	const parsed = parsePrompt(text, file, problems);
	if (parsed === null) return null;
	const { frontMatter, lineOf } = parsed;
	const variablesLine = lineOf("variables");
	const compiled: { role: Role; line: number; section: CompiledSection }[] = [];
	for (const section of parsed.sections) {
		const result = compileSection(section, file);
		if ("problem" in result) problems.push(result.problem);
		else
			compiled.push({
				role: section.role,
				line: section.line,
				section: result,
			});
	}
	const declared = new Set(frontMatter.variables);
	const uses = compiled.flatMap(({ section }) => section.uses);
	for (const { name, line, column } of uses)
		if (!declared.has(name)) {
			const suggestion = didYouMean(name, declared);
			problems.push({
				code: "variable_undeclared",
				file,
				line,
				column,
				message: `variable "${name}" is not in the front matter's variables${suggestion === undefined ? "" : `; ${suggestion}`}`,
			});
		}
	const used = new Set(uses.map(({ name }) => name));
	// A section that does not compile hides its uses: no second complaint about them.
	if (compiled.length === parsed.sections.length)
		for (const name of declared)
			if (!used.has(name))
				problems.push({
					code: "variable_unused",
					file,
					line: variablesLine,
					column: 1,
					message: `variable "${name}" is declared but no section uses it`,
				});
	if (problems.length > before) return null;
	const fail = (code: string, line: number, message: string): never => {
		throw promptError([{ code, file, line, column: 1, message }]);
	};
	const prompt: Prompt = {
		name: frontMatter.name,
		version: String(frontMatter.version),
		module: frontMatter.module,
		hash: parsed.hash,
		file,
		variables: frontMatter.variables,
		source: parsed.source,
		render: (variables) => {
			for (const name of declared)
				if (variables[name] === undefined)
					fail(
						"variable_missing",
						variablesLine,
						`no value was given for variable "${name}"`,
					);
			for (const name of Object.keys(variables))
				if (!declared.has(name))
					fail(
						"variable_unknown",
						variablesLine,
						`a value was given for "${name}", which is not one of the variables (${[...declared].join(", ")})`,
					);
			const plain = plainValues(variables);
			return compiled.map(({ role, line, section }) => {
				const result = section.render(plain);
				if ("problem" in result) throw promptError([result.problem]);
				if (result.text === "")
					fail("message_empty", line, `the ${role} message has no text`);
				return { role, content: result.text };
			});
		},
	};
	return { prompt, lineOf };
}

function plainValues(
	variables: Readonly<Record<string, PromptValue>>,
): Readonly<Record<string, PromptValue>> {
	return Object.fromEntries(
		Object.entries(variables).map(([name, value]) => [name, plainValue(value)]),
	);
}

function plainValue(value: PromptValue): PromptValue {
	if (typeof value === "string") return plainText(value);
	if (typeof value !== "object") return value;
	return value.every((item) => typeof item === "string")
		? value.map(plainText)
		: value.map((item) =>
				Object.fromEntries(
					Object.entries(item).map(([key, member]) => [
						key,
						typeof member === "string" ? plainText(member) : member,
					]),
				),
			);
}
