/** Failures that every further call would meet too. */
import { LanguageModelError } from "../errors.ts";

/** A rejected key, a model that has given up on its server, a replay without the calls: going on would only repeat it. */
export function endsEveryCall(error: unknown): boolean {
	if (!(error instanceof LanguageModelError)) return false;
	// `sent: false`: the model has given up (no server, say) and sends nothing more.
	return (
		error.evidence?.reach === "every_call" ||
		error.evidence?.sent === false ||
		error.code === "replay_miss"
	);
}
