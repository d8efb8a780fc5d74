/** The LanguageModel port over one provider: generate and choose, with joining, the schema check and the one re-ask. */
import { z } from "zod";
import { LanguageModelError } from "../errors.ts";
import type { Json } from "../shared/hash.ts";
import { type AskerOptions, type Call, createAsker } from "./ask.ts";
import type { CallStore, ReplySchema } from "./calls.ts";
import { createJoin } from "./join.ts";
import type {
	Answer,
	CallOptions,
	Choice,
	ChooseRequest,
	GenerateRequest,
	LanguageModel,
} from "./port.ts";
import { shorten } from "./provider.ts";
import { parseReply, reAskMessages } from "./reply.ts";

/** A reply that passed the schema check, as text: each of the joined callers parses it with its own schema. */
type Accepted = {
	readonly text: string;
	readonly callIds: readonly number[];
	readonly cached: boolean;
};

/** Codes that a second try with the same words would meet again. */
const settled = new Set([
	"reply_refused",
	"reply_truncated",
	"reply_filtered",
	"reply_empty",
]);

export function createModel(options: AskerOptions): LanguageModel {
	const { identity, calls } = options;
	const asker = createAsker(options);
	const joined = createJoin<Accepted>();

	const exchange = async (
		call: Call,
		signal: AbortSignal,
	): Promise<Accepted> => {
		const first = await asker.ask(call, signal);
		const checked = parseReply(first.reply, call.schema.zod);
		if (!("problem" in checked))
			return { text: first.reply, callIds: [first.id], cached: first.cached };
		const again: Call = {
			...call,
			messages: reAskMessages(call.messages, first.reply, checked.problem),
		};
		const second = await asker.ask(again, signal).catch((error: unknown) => {
			throw afterFirst(error, first.id, checked.problem, calls);
		});
		const rechecked = parseReply(second.reply, call.schema.zod);
		const callIds = [first.id, second.id];
		if (!("problem" in rechecked))
			return {
				text: second.reply,
				callIds,
				cached: first.cached && second.cached,
			};
		calls.rejectCalls(callIds, `invalid twice: ${rechecked.problem}`);
		throw new LanguageModelError(
			`two replies of ${identity.provider} model "${identity.model}" to a ${call.operation} request are invalid: expected JSON that fits the schema "${call.schema.name}"; of the second, ${rechecked.problem}`,
			{
				code: "reply_invalid",
				hint: "Try a larger model, or a server that enforces JSON schemas; the next run asks again.",
				evidence: {
					provider: identity.provider,
					model: identity.model,
					baseUrl: identity.baseUrl,
					operation: call.operation,
					callKey: asker.keyOf(call),
					callIds,
					problems: [checked.problem, rechecked.problem],
					text: shorten(second.reply, 2000),
				},
			},
		);
	};

	const answer = async <T>(
		call: Call,
		schema: z.ZodType<T>,
		{ signal }: CallOptions,
	): Promise<Answer<T>> => {
		const { text, callIds, cached } = await joined(
			asker.keyOf(call),
			signal,
			(shared) => exchange(call, shared),
		);
		return { value: schema.parse(JSON.parse(text)), callIds, cached };
	};

	return {
		provider: identity.provider,
		model: identity.model,
		generate: async <T>(
			request: GenerateRequest<T>,
			callOptions: CallOptions = {},
		): Promise<Answer<T>> => {
			const { operation, messages, schema, sampleIndex = 0 } = request;
			return answer(
				{ operation, messages, schema: replySchema(schema), sampleIndex },
				schema.zod,
				callOptions,
			);
		},
		choose: async (
			request: ChooseRequest,
			callOptions: CallOptions = {},
		): Promise<Answer<readonly Choice[]>> => {
			const {
				operation,
				messages,
				options: offered,
				sampleIndex = 0,
			} = request;
			if (offered.length < 2 || new Set(offered).size !== offered.length)
				throw new TypeError(
					`Expected \`options\` to be at least two different texts, got \`${JSON.stringify(offered)}\``,
				);
			const zod = z.object({ choice: z.enum(offered) });
			const schema = replySchema({ name: "choice", zod });
			const { value, ...rest } = await answer(
				{ operation, messages, schema, sampleIndex, choose: "schema" },
				zod,
				callOptions,
			);
			return {
				...rest,
				value: [{ option: value.choice, probability: null }],
			};
		},
	};
}

const known = new WeakMap<z.ZodType, Json>();

/** JSON Schema of what a reply must be; `$schema` names only the dialect and stays out of the key. */
function replySchema(schema: {
	readonly name: string;
	readonly zod: z.ZodType;
}): ReplySchema {
	let json = known.get(schema.zod);
	if (json === undefined) {
		const { $schema: _, ...rest } = z.toJSONSchema(schema.zod, { io: "input" });
		json = JSON.parse(JSON.stringify(rest)) as Json;
		known.set(schema.zod, json);
	}
	return { name: schema.name, zod: schema.zod, json };
}

/** What to throw when the second try failed. When its outcome would come again, the first reply is no longer served either, so that the next run starts the exchange anew. */
function afterFirst(
	error: unknown,
	firstId: number,
	problem: string,
	calls: CallStore,
): unknown {
	if (!(error instanceof LanguageModelError)) return error;
	if (settled.has(error.code))
		calls.rejectCalls(
			[firstId],
			`invalid (${problem}), and the second try ended as ${error.code}`,
		);
	const later = error.evidence?.callIds;
	return new LanguageModelError(error.message, {
		code: error.code,
		hint: error.hint,
		cause: error.cause,
		evidence: {
			...error.evidence,
			callIds: [firstId, ...(Array.isArray(later) ? later : [])],
			problems: [problem],
		},
	});
}
