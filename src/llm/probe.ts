/** Finds out what a server can do by asking it: one to three short requests per capability, none of them repeated. */
import { z } from "zod";
import { CallDeferredError, LanguageModelError } from "../errors.ts";
import type { Json } from "../shared/hash.ts";
import { type AskerOptions, createAsker } from "./ask.ts";
import type { Call, ReplyFormat } from "./calls.ts";
import { labelledMessages, rankingSchema } from "./choice.ts";
import type { Ledger } from "./ledger.ts";
import type { Capabilities } from "./port.ts";
import type { Provider } from "./provider.ts";
import { withoutThoughts } from "./thoughts.ts";

/** Under which the requests are stored. */
const operation = "capability-probe";

/** Statuses of servers for what they cannot do; when a plain request fails in the same way, it is not the capability that lacks. */
const lacking = new Set([400, 403, 404, 422, 500, 501]);

/** How a request ended: with text, with an error for what the server lacks, or in a way that says nothing about it. */
type Finding =
	| { readonly text: string }
	| { readonly lacks: LanguageModelError }
	| { readonly unclear: true };

/** The server took no request at all, however plain: why it did not take the plainest. */
export type Refused = { readonly refused: LanguageModelError };

export type ProbeOptions = Omit<AskerOptions, "provider"> & {
	/** An adapter that can do everything and retries nothing. */
	readonly provider: Provider;
	/** Of the ledger: what says nothing is asked again each time, but not beyond the budget of the run that is gone on with. */
	readonly suppose?: Ledger["suppose"] | undefined;
};

/** A word that no reply has by itself in this place: a server that holds replies to the schema has no other way. */
const held = z.object({ colour: z.enum(["ultramarine", "vermilion"]) });

/**
 * How far the server holds replies to a form: `schema` when a question that has nothing to do with the schema is answered in it all the
 * same. Null when the requests said nothing about it (too many at once, an empty reply): the calls will say what is wrong. Refused: an
 * unknown model, say, or an address without this API. Throws LanguageModelError for what every call would meet (a rejected key, no money,
 * no server twice in a row), InterruptedError, and what the store throws.
 */
export async function probeStructuredOutput(
	options: ProbeOptions,
	signal: AbortSignal,
): Promise<Capabilities["structuredOutput"] | Refused | null> {
	const question = "Say hello to everybody in one short sentence.";
	const first = plainCall(question, "schema");
	return withinBudget(options, first, async () => {
		const bySchema = await ask(options, first, signal);
		if ("unclear" in bySchema) return null;
		if ("text" in bySchema && held.safeParse(parsed(bySchema.text)).success)
			return "schema";
		const byJson = await ask(
			options,
			plainCall("Name a colour in JSON.", "json"),
			signal,
		);
		if ("unclear" in byJson) return null;
		if ("text" in byJson && isObject(parsed(byJson.text))) return "json";
		if ("text" in bySchema || "text" in byJson) return "none";
		const plain = await askPlainly(options, signal);
		return "lacks" in plain ? { refused: plain.lacks } : "none";
	});
}

/** A run that is gone on with has asked `first` before. */
async function withinBudget<T>(
	options: ProbeOptions,
	first: Call,
	work: () => Promise<T>,
): Promise<T> {
	const ended = options.suppose?.(createAsker(options).keyOf(first));
	try {
		return await work();
	} finally {
		ended?.();
	}
}

/** Whether the server reports the likeliest tokens; null and errors as above. */
export async function probeLogprobs(
	options: ProbeOptions,
	signal: AbortSignal,
): Promise<"top" | "none" | null> {
	const offered = ["red", "seven"];
	const first: Call = {
		operation,
		messages: labelledMessages(
			[{ role: "user", content: "Which of these is a colour?" }],
			offered,
		),
		schema: schemaOf("log_probabilities", rankingSchema(offered)),
		sampleIndex: 0,
		format: "schema",
		choose: "top_logprobs",
		ranked: { options: offered, neutral: null },
	};
	return withinBudget(options, first, async () => {
		const found = await ask(options, first, signal);
		if ("unclear" in found) return null;
		if ("text" in found)
			return reported.safeParse(parsed(found.text)).success ? "top" : "none";
		return "text" in (await askPlainly(options, signal)) ? "none" : null;
	});
}

const reported = z.object({ top: z.array(z.unknown()).min(2) });

/** A request that wants nothing special. */
function askPlainly(
	options: ProbeOptions,
	signal: AbortSignal,
): Promise<Finding> {
	return ask(options, plainCall("Say hello.", "text"), signal);
}

function plainCall(content: string, format: ReplyFormat): Call {
	return {
		operation,
		messages: [{ role: "user", content }],
		schema: schemaOf("colour", held),
		sampleIndex: 0,
		format,
	};
}

function schemaOf(name: string, zod: z.ZodType): Call["schema"] {
	// What a schema looks like to a server is JSON by definition.
	return { name, zod, json: z.toJSONSchema(zod, { io: "input" }) as Json };
}

async function ask(
	options: ProbeOptions,
	call: Call,
	signal: AbortSignal,
	again = false,
): Promise<Finding> {
	try {
		// An asker of its own: one request that fails does not stop the next.
		const { reply } = await createAsker(options).ask(call, signal);
		return { text: reply };
	} catch (error) {
		// No room in the budget: nothing is found out.
		if (error instanceof CallDeferredError) return { unclear: true };
		if (!(error instanceof LanguageModelError)) throw error;
		const { httpStatus, text, reach } = error.evidence ?? {};
		if (reach === "every_call") throw error;
		if (reach === "connection") {
			if (again) throw error;
			return ask(options, call, signal, true);
		}
		if (typeof httpStatus === "number" && lacking.has(httpStatus))
			return { lacks: error };
		// A reply that was cut has shown what it begins with; an empty one has shown nothing.
		return httpStatus === 200 && typeof text === "string" && text.trim() !== ""
			? { text }
			: { unclear: true };
	}
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(withoutThoughts(text) ?? "");
	} catch {
		return undefined;
	}
}

function isObject(value: unknown): boolean {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
