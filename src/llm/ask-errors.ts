/** The errors of a call: what failed, with the evidence that belongs to it. */
import { ConfigError, LanguageModelError } from "../errors.ts";
import type { Call } from "./calls.ts";
import {
	type Failure,
	type ModelIdentity,
	type ProviderAnswer,
	shorten,
} from "./provider.ts";
import type { Scrub } from "./secrets.ts";

/** Longest raw text kept in an error; the stored call has all of it. */
const evidenceCharacters = 2000;

/** A failure as the error that is thrown for the call; `facts` join its evidence. */
export function callError(
	failure: Failure,
	of: {
		readonly call: Pick<Call, "operation">;
		readonly key: string;
		readonly identity: Pick<ModelIdentity, "provider" | "baseUrl" | "model">;
	},
	facts: Readonly<Record<string, unknown>>,
): LanguageModelError {
	const { provider, model, baseUrl } = of.identity;
	return new LanguageModelError(failure.message, {
		code: failure.code,
		hint: failure.hint,
		cause: failure.cause,
		evidence: {
			provider,
			model,
			baseUrl,
			operation: of.call.operation,
			callKey: of.key,
			reach: failure.reach,
			...facts,
		},
	});
}

/** What an answer says beside its text. */
export function factsOf(
	answer: ProviderAnswer,
): Readonly<Record<string, unknown>> {
	return {
		httpStatus: answer.httpStatus,
		requestId: answer.requestId,
		finishReason: answer.finishReason,
		inputTokens: answer.usage.inputTokens,
		outputTokens: answer.usage.outputTokens,
		text:
			answer.text === null ? null : shorten(answer.text, evidenceCharacters),
	};
}

/** Replay has no reply to this call. */
export function replayMiss(
	call: Call,
	key: string,
	identity: ModelIdentity,
): LanguageModelError {
	return new LanguageModelError(
		`this ${call.operation} call is not in the store: expected a recorded reply of ${identity.provider} model "${identity.model}" at ${identity.baseUrl} under key ${key.slice(0, 12)}, got none`,
		{
			code: "replay_miss",
			hint: "Replay serves recorded calls only: use the prompts, captions, model and parameters they were recorded with, or ask the provider itself (languageModel.provider).",
			evidence: {
				provider: identity.provider,
				model: identity.model,
				baseUrl: identity.baseUrl,
				operation: call.operation,
				callKey: key,
				callIds: [],
			},
		},
	);
}

/** Nothing was sent, and no call to this model would do better. */
export function audioUnsupported({
	provider,
	model,
	baseUrl,
}: ModelIdentity): ConfigError {
	return new ConfigError(
		`${provider} model "${model}" at ${baseUrl} takes no audio: expected a model that hears, asked over Chat Completions`,
		{
			code: "audio_unsupported",
			hint: 'Name one in languageModel.modules.caption: provider openai, api chat, and an audio model such as "gpt-audio", or baseUrl of a server with one.',
			evidence: { provider, model, baseUrl },
		},
	);
}

/** An answer with whatever a server may have echoed of the key taken out, also of the headers it is identified by. */
export function withoutSecrets(
	answer: ProviderAnswer,
	scrub: Scrub,
): ProviderAnswer {
	const clean = (text: string | null): string | null =>
		text === null ? null : scrub.text(text);
	return {
		...answer,
		text: clean(answer.text),
		finishReason: clean(answer.finishReason),
		requestId: clean(answer.requestId),
	};
}
