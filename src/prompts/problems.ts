/** What can be wrong with a prompt file, with its place. */
import { PromptError } from "../errors.ts";

export type PromptProblem = {
	/** Stable, snake_case: `front_matter_invalid`, `variable_unknown`, `template_invalid` ... */
	readonly code: string;
	readonly file: string;
	/** Both count from 1. */
	readonly line: number;
	readonly column: number;
	readonly message: string;
};

/** One PromptError with every problem as `file:line:column: message`, and the problems as evidence. The code is the problem's when there is only one, else `prompt_invalid`. */
export function promptError(problems: readonly PromptProblem[]): PromptError {
	const only = problems.length === 1 ? problems[0] : undefined;
	return new PromptError(
		problems
			.map(
				({ file, line, column, message }) =>
					`${file}:${line}:${column}: ${message}`,
			)
			.join("\n"),
		{
			code: only?.code ?? "prompt_invalid",
			hint: "Run `audio-dissect prompts check` after changing a prompt; it lists every problem at once.",
			evidence: { problems },
		},
	);
}
