/** The LanguageModel port over one provider: generate and choose, with joining, the check of replies and the one re-ask. */
import { z } from "zod";
import type { Json } from "../shared/hash.ts";
import { type AskerOptions, createAsker } from "./ask.ts";
import type { BatchModel } from "./batch/port.ts";
import type { Call, ChooseWay, ReplyFormat, ReplySchema } from "./calls.ts";
import { schemaOnly } from "./capabilities.ts";
import {
	choiceSchema,
	labelledMessages,
	listedMessages,
	mostLabels,
	rankedChoices,
	rankingSchema,
	readChoice,
} from "./choice.ts";
import { type Accepted, exchange, type Reader } from "./exchange.ts";
import { createJoin } from "./join.ts";
import type {
	Answer,
	CallOptions,
	Capabilities,
	Choice,
	ChooseRequest,
	GenerateRequest,
} from "./port.ts";
import { readJsonReply, readTextReply } from "./reply.ts";

export type ModelOptions = AskerOptions & {
	/** Default: the provider's; replies held to a schema when there is none. */
	readonly capabilities?: Capabilities | undefined;
	/** `auto`: text where it can be read and the server does not hold replies to a schema, else JSON. Default: auto. */
	readonly reply?: ReplyPreference | undefined;
};

export type ReplyPreference = "auto" | "json" | "text";

const formats: Readonly<Record<Capabilities["structuredOutput"], ReplyFormat>> =
	{ schema: "schema", json: "json", none: "text" };

const waysOfReplay: Readonly<Record<Capabilities["logprobs"], ChooseWay>> = {
	full: "log_probabilities",
	top: "top_logprobs",
	none: "schema",
};

export function createModel(options: ModelOptions): BatchModel {
	const { identity, calls, provider } = options;
	const capabilities =
		options.capabilities ?? provider?.capabilities ?? schemaOnly;
	const jsonFormat = formats[capabilities.structuredOutput];
	const preference = options.reply ?? "auto";
	const reply =
		preference !== "auto"
			? preference
			: jsonFormat === "schema"
				? "json"
				: "text";
	const ranking: ChooseWay =
		provider === null
			? waysOfReplay[capabilities.logprobs]
			: (provider.rank?.way ?? "schema");
	const asker = createAsker(options);
	const { joined, idle } = createJoin<Accepted>();

	const answer = async <T>(
		call: Call,
		read: Reader<T>,
		{ signal }: CallOptions,
		wanted: "json" | "text" = "json",
	): Promise<Answer<T>> => {
		const key = asker.keyOf(call);
		const { text, callIds, cached } = await joined(key, signal, (shared) =>
			exchange({
				call,
				key,
				read,
				wanted,
				asker,
				calls,
				identity,
				signal: shared,
			}),
		);
		const reading = read(text);
		if ("problem" in reading)
			throw new Error(
				`callers joined in one call read its reply differently: ${reading.problem}`,
			);
		return {
			value: reading.value,
			callIds,
			cached,
			...(reading.repaired ? { repaired: true } : {}),
		};
	};

	/** By a schema enum: one option, without a probability. */
	const pick = async (
		request: ChooseRequest,
		callOptions: CallOptions,
	): Promise<Answer<readonly Choice[]>> => {
		const { operation, options: offered, sampleIndex = 0 } = request;
		const messages =
			jsonFormat === "schema"
				? request.messages
				: listedMessages(request.messages, offered);
		const { value, ...rest } = await answer(
			{
				operation,
				messages,
				schema: replySchema({ name: "choice", zod: choiceSchema(offered) }),
				sampleIndex,
				format: jsonFormat,
				choose: "schema",
			},
			(text) => readChoice(text, offered),
			callOptions,
		);
		return { ...rest, value: [{ option: value.choice, probability: null }] };
	};

	return {
		provider: identity.provider,
		model: identity.model,
		capabilities,
		reply,
		batches: provider?.batches,
		checkKey: provider?.checkKey,
		close: async () => {
			// A reply that is still to come is stored first: its caller may have been stopped by the failure of another call.
			await idle();
			await provider?.close?.();
		},
		generate: async <T>(
			request: GenerateRequest<T>,
			callOptions: CallOptions = {},
		): Promise<Answer<T>> => {
			const { operation, messages, schema, fromText, audio } = request;
			const call = {
				operation,
				messages,
				schema: replySchema(schema),
				sampleIndex: request.sampleIndex ?? 0,
				...(audio === undefined ? {} : { audio }),
			};
			return reply === "text" && fromText !== undefined
				? answer(
						{ ...call, format: "text" },
						(text) => readTextReply(text, fromText, schema.zod),
						callOptions,
						"text",
					)
				: answer(
						{ ...call, format: jsonFormat },
						(text) => readJsonReply(text, schema.zod),
						callOptions,
					);
		},
		choose: async (
			request: ChooseRequest,
			callOptions: CallOptions = {},
		): Promise<Answer<readonly Choice[]>> => {
			const { operation, messages, options: offered } = request;
			if (offered.length < 2 || new Set(offered).size !== offered.length)
				throw new TypeError(
					`Expected \`options\` to be at least two different texts, got \`${JSON.stringify(offered)}\``,
				);
			const byLabels = ranking === "top_logprobs";
			if (ranking === "schema" || (byLabels && offered.length > mostLabels))
				return pick(request, callOptions);
			const zod = rankingSchema(offered);
			const ranked = await answer(
				{
					operation,
					messages: byLabels ? labelledMessages(messages, offered) : messages,
					schema: replySchema({ name: "log_probabilities", zod }),
					sampleIndex: request.sampleIndex ?? 0,
					format: "schema",
					choose: ranking,
					ranked: {
						options: offered,
						neutral: byLabels ? null : (request.neutral ?? null),
					},
				},
				(text) => readJsonReply(text, zod),
				callOptions,
			);
			const { logProbabilities } = ranked.value;
			if (logProbabilities.some((value) => value !== null))
				return { ...ranked, value: rankedChoices(offered, logProbabilities) };
			// Its first word was none of the labels: it is asked in so many words.
			const picked = await pick(request, callOptions);
			return {
				...picked,
				callIds: [...ranked.callIds, ...picked.callIds],
				cached: ranked.cached && picked.cached,
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
