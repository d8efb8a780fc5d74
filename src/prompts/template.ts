/** Liquid in strict mode, for one section of a prompt file. The only file that knows liquidjs. */
import { Liquid, type Template } from "liquidjs";
import type { Section } from "./parse.ts";
import type { PromptProblem } from "./problems.ts";

/** What a prompt can be given. */
export type PromptValue =
	| string
	| number
	| boolean
	| readonly string[]
	| readonly { readonly [key: string]: string | number | boolean }[];

type Use = {
	readonly name: string;
	readonly line: number;
	readonly column: number;
};

export type CompiledSection = {
	/** Variables the template takes from outside, each place of use. */
	readonly uses: readonly Use[];
	/** The text, trimmed; or the problem. */
	render(
		variables: Readonly<Record<string, PromptValue>>,
	): { readonly text: string } | { readonly problem: PromptProblem };
};

/** They read files: a prompt is one file. */
const fileTags = ["include", "render", "layout", "block"];
/** They make the same prompt and values render differently from one time to the next. */
const changingFilters = [
	"date",
	"date_to_xmlschema",
	"date_to_rfc822",
	"date_to_string",
	"date_to_long_string",
	"sample",
];

function createEngine(): Liquid {
	const engine = new Liquid({
		strictVariables: true,
		strictFilters: true,
		ownPropertyOnly: true,
		// A tag alone on its line leaves no empty line behind.
		trimTagRight: true,
		greedy: false,
		templates: {},
	});
	for (const tag of fileTags) delete engine.tags[tag];
	for (const filter of changingFilters) delete engine.filters[filter];
	return engine;
}

const engine = createEngine();

/** Compiles one section; a mistake in it becomes a problem with its place in the file. */
export function compileSection(
	section: Section,
	file: string,
): CompiledSection | { readonly problem: PromptProblem } {
	let template: Template[];
	try {
		template = engine.parse(section.template);
	} catch (error) {
		return { problem: problemOf(error, section, file, "template_invalid") };
	}
	const { globals } = engine.analyzeSync(template);
	const uses = Object.entries(globals).flatMap(([name, places]) =>
		places.map(({ location: { row, col } }) => ({
			name,
			line: section.line + row - 1,
			column: col,
		})),
	);
	return {
		uses,
		render: (variables) => {
			try {
				const text: unknown = engine.renderSync(template, { ...variables });
				return { text: String(text).trim() };
			} catch (error) {
				return { problem: problemOf(error, section, file, "render_failed") };
			}
		},
	};
}

/** liquidjs says "what, line:2, col:6" and keeps the token; the line is counted from the section's start. */
function problemOf(
	error: unknown,
	section: Section,
	file: string,
	code: string,
): PromptProblem {
	const message = error instanceof Error ? error.message : String(error);
	const place = /, (?:file:.*, )?line:(\d+), col:(\d+)$/.exec(message);
	return {
		code,
		file,
		line: section.line + Number(place?.[1] ?? 1) - 1,
		column: Number(place?.[2] ?? 1),
		message: place === null ? message : message.slice(0, place.index),
	};
}
