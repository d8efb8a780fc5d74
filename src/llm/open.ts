/** openLanguageModel: createLanguageModel for a server whose abilities have to be found out first; and its replay. */
import { PrerequisiteError } from "../errors.ts";
import type { BatchModel } from "./batch/port.ts";
import {
	type FindCapabilities,
	knownCapabilities,
	schemaOnly,
} from "./capabilities.ts";
import { type Connection, connect, type ServerOptions } from "./connect.ts";
import { createReplayModel, type ReplayModelOptions } from "./create.ts";
import { identityOf } from "./identity.ts";
import { createModel, type ReplyPreference } from "./model.ts";
import type { Capabilities, LanguageModel } from "./port.ts";
import {
	type ProbeOptions,
	probeLogprobs,
	probeStructuredOutput,
	type Refused,
} from "./probe.ts";

export type OpenLanguageModelOptions = ServerOptions &
	FindCapabilities & {
		readonly reply?: ReplyPreference | undefined;
		readonly signal?: AbortSignal | undefined;
		/** Calls are put aside to be sent in batches: the server is asked what it can do all the same. Default: no. */
		readonly inBatches?: boolean | undefined;
	};

/**
 * A model as `createLanguageModel` makes it, whose server's abilities are known: the providers' own addresses are declared, any other
 * server is probed once per model (operation `capability-probe` in the store, no retries) and remembered. When the probe says nothing
 * (HTTP 429, 500 to everything) or does not fit into the budget, the server is taken for one that holds replies to schemas, and the calls
 * will say what is wrong.
 * Throws what `createLanguageModel` throws; PrerequisiteError `api_unsupported`; LanguageModelError for what every call would meet, before
 * any work starts (a rejected key, no server, an unknown model); InterruptedError, and what the store throws.
 */
export async function openLanguageModel(
	options: OpenLanguageModelOptions,
): Promise<BatchModel> {
	const connection = connect(options);
	const capabilities = await findCapabilities(connection, options);
	return createModel({
		...connection.asker,
		provider: connection.adapter(capabilities, options.maxRetries),
		reply: options.reply,
		inBatches: options.inBatches,
	});
}

/** Recorded calls only, asked in the way `openLanguageModel` would: by what was found out about the server when they were recorded. */
export function openReplayModel(
	options: Omit<ReplayModelOptions, "capabilities"> & FindCapabilities,
): LanguageModel {
	const { provider } = options;
	const { identity, api } = identityOf(options);
	const known = knownCapabilities({ ...identity, provider, api }, options);
	return createReplayModel({ ...options, capabilities: known.capabilities });
}

async function findCapabilities(
	{ identity, api, adapter, asker }: Connection,
	options: OpenLanguageModelOptions,
): Promise<Capabilities> {
	const server = { ...identity, provider: options.provider, api };
	const known = knownCapabilities(server, options);
	// A model that sends nothing finds nothing out either.
	if (options.defer !== undefined && options.inBatches !== true)
		return known.capabilities;
	const signal = options.signal ?? new AbortController().signal;
	const probe: ProbeOptions = {
		...asker,
		defer: undefined,
		provider: adapter({ ...schemaOnly, logprobs: "top" }, 0),
		suppose: options.ledger?.suppose,
	};
	let capabilities = known.capabilities;
	for (const missing of known.missing) {
		const value =
			missing === "structuredOutput"
				? await probeStructuredOutput(probe, signal)
				: await probeLogprobs(probe, signal);
		if (value === null) continue;
		if (typeof value === "object") {
			throwWhenFinal(value, identity, api);
			continue;
		}
		options.capabilities.putCapability(server, missing, value);
		capabilities = { ...capabilities, [missing]: value };
	}
	return capabilities;
}

/** A server that took not even the plainest request: nothing else will be taken either, unless it is a fault that may pass. */
function throwWhenFinal(
	{ refused }: Refused,
	{ baseUrl, model }: Connection["identity"],
	api: Connection["api"],
): void {
	if (api === "responses")
		throw new PrerequisiteError(
			`${baseUrl} takes no request of the Responses API for model "${model}": expected an answer, got a refusal of each`,
			{
				code: "api_unsupported",
				hint: "Set languageModel.api to chat, which most servers speak, or check languageModel.model.",
				cause: refused,
			},
		);
	if (refused.evidence?.reach === "unless_answered") throw refused;
}
