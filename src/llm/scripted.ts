/** Models that need no server: a scripted one for tests of what calls a model. (Recorded calls are replayed by `createReplayModel`.) */
import type { Json } from "../shared/hash.ts";
import { type CallStore, memoryCallStore } from "./calls.ts";
import { schemaOnly } from "./capabilities.ts";
import { createLimits } from "./limits.ts";
import { createModel } from "./model.ts";
import type { LanguageModel, Message } from "./port.ts";
import { type Provider, unknownUsage } from "./provider.ts";
import { createScrub } from "./secrets.ts";

export type ScriptedRequest = {
	readonly operation: string;
	readonly messages: readonly Message[];
	/** JSON Schema the reply must fit. */
	readonly schema: Json;
};

/**
 * A LanguageModel (provider `scripted`) whose replies come from `answer`: a string is the raw reply, anything else is sent as JSON.
 * It goes through the same cache, joining, schema check and re-ask as a real provider. What `answer` throws, the call throws.
 *
 * @example
 * const model = createScriptedModel({ answer: () => ({ sentences: ["A bell is ringing."] }) });
 */
export function createScriptedModel(options: {
	readonly answer: (request: ScriptedRequest) => Json | Promise<Json>;
	/** Default "scripted". */
	readonly model?: string;
	/** Default: in memory. */
	readonly calls?: CallStore;
	/** Default 1. */
	readonly concurrency?: number;
}): LanguageModel {
	const provider: Provider = {
		capabilities: schemaOnly,
		ask: async ({ operation, messages, schema }) => {
			const reply = await options.answer({
				operation,
				messages,
				schema: schema.json,
			});
			return {
				outcome: "ok",
				text: typeof reply === "string" ? reply : JSON.stringify(reply),
				finishReason: "stop",
				requestId: null,
				httpStatus: null,
				usage: unknownUsage,
				failure: null,
			};
		},
	};
	return createModel({
		provider,
		identity: {
			provider: "scripted",
			model: options.model ?? "scripted",
			baseUrl: "scripted:",
			parameters: {},
		},
		calls: options.calls ?? memoryCallStore(),
		limiter: createLimits().of("scripted:", {
			concurrency: options.concurrency ?? 1,
		}),
		maxOutputTokens: 1024,
		elapsed: () => 0,
		scrub: createScrub(null),
	});
}
