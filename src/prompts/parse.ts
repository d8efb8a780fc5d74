/** Takes a prompt file apart: front matter, then sections by role. The split comes before any rendering, so no value can ever become a role. */
import { z } from "zod";
import { sha256 } from "../shared/hash.ts";
import { issueText, showPath } from "../shared/issue-text.ts";
import { didYouMean } from "../shared/suggest.ts";
import { parseYaml } from "../shared/yaml.ts";
import type { PromptProblem } from "./problems.ts";

const roles = ["system", "user", "assistant"] as const;
export type Role = (typeof roles)[number];

export type Section = {
	readonly role: Role;
	readonly template: string;
	/** Line of the file where the template starts, from 1. */
	readonly line: number;
};

const frontMatterSchema = z.strictObject({
	name: z
		.string()
		.regex(/^[a-z][a-z0-9-]*$/, "expected lower-case words joined by hyphens")
		.describe("the file's name without .md"),
	version: z
		.int()
		.min(1)
		.describe("counts up with each change of wording, from 1"),
	module: z
		.enum([
			"captioner",
			"closed-set",
			"summarize",
			"summary-calibration",
			"open-set-extraction",
		])
		.describe("the module that uses the prompt"),
	variables: z
		.array(
			z
				.string()
				.regex(/^[a-z][a-zA-Z0-9]*$/, "expected a name such as captions"),
		)
		.describe("every variable the templates use"),
});

type FrontMatter = z.infer<typeof frontMatterSchema>;

export type ParsedPrompt = {
	readonly frontMatter: FrontMatter;
	readonly sections: readonly Section[];
	/** Normalised: no byte order mark, LF line ends, one newline at the end. */
	readonly source: string;
	/** SHA-256 of the normalised source. */
	readonly hash: string;
	/** Line of a front matter key in the file. */
	readonly lineOf: (key: keyof FrontMatter) => number;
};

/** Parses a prompt file. Pushes what is wrong to `problems`, and returns null when the front matter cannot be used. */
export function parsePrompt(
	text: string,
	file: string,
	problems: PromptProblem[],
): ParsedPrompt | null {
	const source = `${text
		.replace(/^\uFEFF/, "")
		.replace(/\r\n?/g, "\n")
		.trimEnd()}\n`;
	const report = (
		code: string,
		line: number,
		message: string,
		column = 1,
	): void => {
		problems.push({ code, file, line, column, message });
	};
	const front = /^---\n(?:(.*?)\n)?---[ \t]*\n/su.exec(source);
	if (front === null) {
		report(
			"front_matter_missing",
			1,
			"expected the file to begin with front matter: a line `---`, then name, version, module and variables, then `---`",
		);
		return null;
	}
	const yaml = parseYaml(front[1] ?? "");
	if ("problems" in yaml) {
		for (const { line, column, message } of yaml.problems)
			report("front_matter_invalid", line + 1, message, column);
		return null;
	}
	const checked = frontMatterSchema.safeParse(yaml.value ?? {});
	if (!checked.success) {
		for (const issue of checked.error.issues) {
			const keys = issue.code === "unrecognized_keys" ? issue.keys : [null];
			for (const key of keys) {
				const path = key === null ? issue.path : [...issue.path, key];
				const { line, column } = yaml.positionOf(path, { key: key !== null });
				const suggestion =
					key === null
						? undefined
						: didYouMean(key, Object.keys(frontMatterSchema.shape));
				report(
					"front_matter_invalid",
					line + 1,
					key === null
						? `${showPath(path) || "front matter"}: ${issueText(issue, yaml.value ?? {})}`
						: `unknown key "${key}"${suggestion === undefined ? "" : `; ${suggestion}`}`,
					column,
				);
			}
		}
		return null;
	}
	const startLine = front[0].split("\n").length;
	const sections = splitSections(
		source.slice(front[0].length).trimEnd().split("\n"),
		startLine,
		report,
	);
	checkOrder(sections, startLine, report);
	return {
		frontMatter: checked.data,
		sections,
		source,
		hash: sha256(source),
		lineOf: (key) => yaml.positionOf([key], { key: true }).line + 1,
	};
}

type Report = (code: string, line: number, message: string) => void;

/** A line that is exactly `# system`, `# user` or `# assistant` begins a section; any other heading is part of the text. */
function splitSections(
	lines: readonly string[],
	startLine: number,
	report: Report,
): Section[] {
	const sections: { role: Role; lines: string[]; line: number }[] = [];
	for (const [offset, text] of lines.entries()) {
		const line = startLine + offset;
		const heading = /^#[ \t]+(system|user|assistant)[ \t]*$/i.exec(text);
		const role = roles.find((known) => known === heading?.[1]?.toLowerCase());
		if (role !== undefined) {
			if (heading?.[1] !== role)
				report(
					"role_heading",
					line,
					`role headings are written in lower case: expected "# ${role}", got "${text.trim()}"`,
				);
			sections.push({ role, lines: [], line: line + 1 });
			continue;
		}
		const current = sections.at(-1);
		if (current !== undefined) current.lines.push(text);
		else if (text.trim() !== "")
			report(
				"text_outside_section",
				line,
				"expected a heading `# system` or `# user` before any text",
			);
	}
	return sections.map(({ role, lines: own, line }) => {
		const blank = own.findIndex((text) => text.trim() !== "");
		const skipped = Math.max(0, blank);
		if (blank < 0)
			report("section_empty", line - 1, `the ${role} section has no text`);
		return {
			role,
			template: own.slice(skipped).join("\n").trimEnd(),
			line: line + skipped,
		};
	});
}

/** At most one system section, first; then user and assistant in turn (worked examples), ending with user. */
function checkOrder(
	sections: readonly Section[],
	startLine: number,
	report: Report,
): void {
	const turns = sections.filter(({ role }) => role !== "system");
	for (const [index, { role, line }] of sections.entries())
		if (role === "system" && index > 0)
			report(
				"section_order",
				line,
				"the system section comes first, and there is one at most",
			);
	for (const [index, { role, line }] of turns.entries()) {
		const expected = index % 2 === 0 ? "user" : "assistant";
		if (role !== expected)
			report(
				"section_order",
				line,
				`expected user and assistant sections in turn, a user section first: expected "# ${expected}" here, got "# ${role}"`,
			);
	}
	if (turns.length === 0 || turns.length % 2 === 0)
		report(
			"section_order",
			turns.at(-1)?.line ?? startLine,
			"expected the last section to be `# user`: it is what the model answers",
		);
}
