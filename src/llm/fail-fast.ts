/** Stops asking once no further call can succeed: 3,000 neurons must not meet the same wrong key 3,000 times. */
import type { Failure, ProviderAnswer } from "./provider.ts";

/** Calls in a row that found no server before it is given up. Each of them has already been retried by the SDK. */
const connectionFailuresInARow = 10;

/**
 * Watches the answers of one model instance. `stopped()` is the failure that ended it, or null:
 * - HTTP 401, or a used-up quota: at once;
 * - HTTP 403 or 404: when nothing was answered before (a model that answered exists and may be used);
 * - connection_failed: ten times in a row with no answer between.
 * Calls already under way when it happens are answered and recorded as usual, so there are at most `concurrency` rows with the failure;
 * calls after it throw the same error without a request and without a row. A new run starts afresh.
 */
export function createFailFast(): {
	note(answer: ProviderAnswer): void;
	stopped(): Failure | null;
} {
	let answered = false;
	let lostInARow = 0;
	let end: Failure | null = null;
	return {
		note: ({ failure }) => {
			const reach = failure?.reach ?? "this_call";
			lostInARow = reach === "connection" ? lostInARow + 1 : 0;
			const final =
				reach === "every_call" ||
				(reach === "unless_answered" && !answered) ||
				lostInARow >= connectionFailuresInARow;
			if (final) end ??= failure;
			if (failure === null) answered = true;
		},
		stopped: () => end,
	};
}
