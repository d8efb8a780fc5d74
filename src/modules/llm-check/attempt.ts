/** One question of the quiz: an answer, a failure that says something of the model, or an end of the quiz. */
import { CallDeferredError, LanguageModelError } from "../../errors.ts";
import { endsEveryCall } from "../../llm/ends-every-call.ts";

export type Attempt<T> =
	| { readonly answer: T }
	/** Code of the error: an invalid, cut, refused or empty reply, or one call that did not get through. */
	| { readonly failed: string }
	/** The call was put aside, or the budget has no room for it. */
	| { readonly waits: true };

/** Asks. Throws what would hit every question: a rejected key, no server, InterruptedError. */
export async function attempt<T>(ask: () => Promise<T>): Promise<Attempt<T>> {
	try {
		return { answer: await ask() };
	} catch (error) {
		if (error instanceof CallDeferredError) return { waits: true };
		if (!(error instanceof LanguageModelError) || endsEveryCall(error))
			throw error;
		return { failed: error.code };
	}
}
