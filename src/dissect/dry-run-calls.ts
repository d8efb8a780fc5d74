/** Counts the calls a dissection would send: those put aside, those the store has, those that several neurons share. */
import type { DeferredCall } from "../llm/ask.ts";
import type { PricedModel } from "../llm/prices.ts";

export type DeferredCalls = {
	/** What a model is given, in place of sending. */
	readonly defer: (deferred: DeferredCall) => void;
	/** Those put aside since the last time. */
	take(): readonly DeferredCall[];
};

/** Collects the calls that models put aside. */
export function collectDeferred(): DeferredCalls {
	let calls: DeferredCall[] = [];
	return {
		defer: (deferred) => {
			calls.push(deferred);
		},
		take: () => {
			const taken = calls;
			calls = [];
			return taken;
		},
	};
}

/** Two bounds, both possible; equal when it is known. */
export type Bounds = { readonly least: number; readonly most: number };

export type CountedCalls = {
	/** Who would answer; null when there is no call. */
	readonly model: PricedModel | null;
	readonly calls: Bounds;
	/** Input tokens, estimated. */
	readonly input: Bounds;
	/** Output tokens when every reply is as long as a reply may be. */
	readonly outputMost: number;
	/** With --batch: all of them in batches, none because they need log-probabilities and are sent at once (`none`), or the server takes no batches (`never`). */
	readonly inBatches: "all" | "none" | "never";
};

/** Exactly these calls. */
export function countCalls(deferred: readonly DeferredCall[]): CountedCalls {
	const calls = deferred.length;
	const input = deferred.reduce((sum, { worst }) => sum + worst.input, 0);
	return {
		model: deferred[0]?.identity ?? null,
		calls: { least: calls, most: calls },
		input: { least: input, most: input },
		outputMost: deferred.reduce((sum, { worst }) => sum + worst.output, 0),
		inBatches: deferred.some(({ batches }) => batches === null)
			? "never"
			: deferred.some(({ call }) => call.ranked !== undefined)
				? "none"
				: "all",
	};
}

/** Both together. */
export function sumOf(a: CountedCalls, b: CountedCalls): CountedCalls {
	if (a.calls.most === 0) return b;
	if (b.calls.most === 0) return a;
	return {
		model: a.model,
		calls: addBounds(a.calls, b.calls),
		input: addBounds(a.input, b.input),
		outputMost: a.outputMost + b.outputMost,
		inBatches: a.inBatches,
	};
}

function addBounds(a: Bounds, b: Bounds): Bounds {
	return { least: a.least + b.least, most: a.most + b.most };
}

/** At most `most` calls, none at least, each like `example` on average. */
export function upTo(
	most: number,
	example: readonly DeferredCall[],
): CountedCalls {
	const { model, input, outputMost, inBatches } = countCalls(example);
	const each = (sum: number): number =>
		example.length === 0 ? 0 : Math.ceil((sum / example.length) * most);
	return {
		model,
		calls: { least: 0, most },
		input: { least: 0, most: each(input.most) },
		outputMost: each(outputMost),
		inBatches,
	};
}
