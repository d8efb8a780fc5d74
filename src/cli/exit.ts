/** What a command ends with: exit codes and the words of an error. */
import pc from "picocolors";
import {
	CallDeferredError,
	DissectionError,
	InterruptedError,
	LanguageModelError,
	PrerequisiteError,
} from "../errors.ts";

export const exitCodes = {
	done: 0,
	/** Finished, but some neurons failed or the budget stopped the run. */
	incomplete: 1,
	/** Bad usage, config or input. */
	usage: 2,
	prerequisite: 3,
	interrupted: 130,
} as const;

export function exitCodeOf(error: unknown): number {
	if (error instanceof InterruptedError) return exitCodes.interrupted;
	if (error instanceof PrerequisiteError) return exitCodes.prerequisite;
	// A key the provider rejects is as good as none.
	if (error instanceof LanguageModelError)
		return error.code === "auth_failed"
			? exitCodes.prerequisite
			: exitCodes.incomplete;
	// The budget is reached, or the reply is still in a batch: the same command goes on later.
	if (error instanceof CallDeferredError) return exitCodes.incomplete;
	if (error instanceof DissectionError) return exitCodes.usage;
	return exitCodes.incomplete;
}

/** The message, the hint on its own line, and with `debug` the stack and the causes. */
export function describeError(
	error: unknown,
	options: { readonly debug: boolean },
): string {
	const lines: string[] = [];
	if (error instanceof DissectionError) {
		lines.push(`${pc.red("error")} [${error.code}] ${error.message}`);
		if (error.hint !== undefined)
			lines.push(`${pc.cyan("hint")}  ${error.hint}`);
	} else {
		const message = error instanceof Error ? error.message : String(error);
		lines.push(`${pc.red("error")} [unexpected] ${message}`);
		lines.push(
			`${pc.cyan("hint")}  This is a fault of audio-dissect. Run again with --debug and report what it prints.`,
		);
	}
	if (options.debug)
		for (
			let current: unknown = error;
			current instanceof Error;
			current = current.cause
		)
			lines.push(current.stack ?? current.message);
	return `${lines.join("\n")}\n`;
}
