/** The error classes: one per thing the reader has to do. A message says what, where, expected and got; `hint` is the next step. */
import type { ErrorRecord } from "./types.ts";

export type ErrorOptions = {
	/** Stable, snake_case; what programs and tests compare. */
	readonly code: string;
	/** What to do next, one sentence. Printed on its own line. */
	readonly hint?: string | undefined;
	readonly cause?: unknown;
	/** Facts worth keeping with the error. No secrets. */
	readonly evidence?: Readonly<Record<string, unknown>> | undefined;
};

export class DissectionError extends Error {
	readonly code: string;
	readonly hint: string | undefined;
	readonly evidence: Readonly<Record<string, unknown>> | undefined;

	constructor(message: string, options: ErrorOptions) {
		super(
			message,
			options.cause === undefined ? undefined : { cause: options.cause },
		);
		this.name = new.target.name;
		this.code = options.code;
		this.hint = options.hint;
		this.evidence = options.evidence;
	}
}

/** The config or the command line must be changed. */
export class ConfigError extends DissectionError {}
/** A clip, manifest, concept set or imported file must be changed. */
export class DataError extends DissectionError {}
/** The ONNX file or its descriptor must be changed. */
export class TargetNetworkError extends DissectionError {}
/** A prompt file must be changed. */
export class PromptError extends DissectionError {}
/** The store cannot be used as it is. */
export class StoreError extends DissectionError {}
/** Something the machine lacks: a package, a key, a file of the installation. */
export class PrerequisiteError extends DissectionError {}
/** The call was refused, cut, failed or answered nonsense. Evidence: provider, model, call key, request id, status, raw text, finish reason, usage. */
export class LanguageModelError extends DissectionError {}
/** Not a failure: the call was put aside (to be sent in a batch, or only to be counted), and what needs its reply has to wait for it. */
export class CallDeferredError extends DissectionError {
	/** `key`: of the call; null when something else waits for it. */
	constructor(
		key: string | null,
		message = "the call was put aside and has no reply yet",
		options: ErrorOptions = { code: "call_deferred" },
	) {
		super(message, {
			...options,
			evidence: { ...options.evidence, callKey: key },
		});
	}
}
/** The budget leaves no room for the call, nor for any later one: what needs its reply waits for a larger budget. Evidence: `limit`, `spent`. */
export class BudgetReachedError extends CallDeferredError {
	constructor(
		key: string,
		evidence: {
			readonly limit: Readonly<Record<string, number | null>>;
			readonly spent: Readonly<Record<string, number>>;
		},
	) {
		const list = (amounts: Readonly<Record<string, number | null>>): string =>
			Object.entries(amounts)
				.flatMap(([name, amount]) =>
					amount === null ? [] : [`${amount} ${name}`],
				)
				.join(", ");
		super(
			key,
			`the budget is reached: expected room for one more call within ${list(evidence.limit)}, got ${list(evidence.spent)} spent`,
			{
				code: "budget_reached",
				hint: "Raise `budget` in the config and run the same command again: it goes on where it stopped.",
				evidence,
			},
		);
	}
}
/** The caller's AbortSignal fired. */
export class InterruptedError extends DissectionError {
	constructor(cause?: unknown) {
		super("interrupted", {
			code: "interrupted",
			cause,
			hint: "Run the same command again: it continues where it stopped.",
		});
	}
}

/** Throws `InterruptedError` when the signal has fired. */
export function throwIfInterrupted(signal: AbortSignal | undefined): void {
	if (signal?.aborted) throw new InterruptedError(signal.reason);
}

/** The stored form of any thrown value. */
export function toErrorRecord(error: unknown): ErrorRecord {
	if (error instanceof DissectionError) {
		return {
			name: error.name,
			code: error.code,
			message: error.message,
			...(error.hint === undefined ? {} : { hint: error.hint }),
			...(error.evidence === undefined ? {} : { evidence: error.evidence }),
		};
	}
	if (error instanceof Error)
		return { name: error.name, code: "unexpected", message: error.message };
	return { name: "Error", code: "unexpected", message: String(error) };
}
