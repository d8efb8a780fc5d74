/** What a model can do: declared for the providers' own addresses, found out once for any other server, or set by hand. */
import type { ModelServer } from "../types.ts";
import { isOwnAddress, type ServerProvider } from "./identity.ts";
import type { Capabilities } from "./port.ts";

/** Where findings are kept, so that a server is probed once. Synchronous; when `putCapability` returns, it is committed. */
export type CapabilityStore = {
	readCapabilities(server: ModelServer): ReadonlyMap<string, string>;
	putCapability(server: ModelServer, capability: string, value: string): void;
};

export type FindCapabilities = {
	readonly capabilities: CapabilityStore;
	/** `auto`: found out; else what is taken for true without asking (`text`: nothing holds replies to a form). Default: auto. */
	readonly structuredOutput?: "auto" | "schema" | "json" | "text" | undefined;
	/** Whether choices are asked for, so that it matters if they can go by log-probabilities. Default: no; then they do not. */
	readonly chooses?: boolean | undefined;
	/** Whether the server has the provider's batch API. `auto`: only the provider's own address has. Default: auto. */
	readonly batch?: "auto" | boolean | undefined;
};

/** Replies held to a schema, and nothing else: what is assumed of a server that is not known. */
export const schemaOnly: Capabilities = {
	structuredOutput: "schema",
	logprobs: "none",
	audioInput: false,
	batch: false,
};

/** OpenAI's chat models without hidden reasoning report log-probabilities; its reasoning models refuse the parameter. */
const reportsLogprobs = /^(ft:)?(gpt-3\.5|gpt-4|chatgpt-4o)/;

/** Its models that hear take no JSON schema (and are asked over Chat Completions only). */
const hears = /audio/;

/** What the provider's own API can do with a model; null for any other server, which has to be asked. */
export function declaredCapabilities(options: {
	readonly provider: ServerProvider;
	readonly model: string;
	readonly baseUrl: string;
}): Capabilities | null {
	const { provider, model, baseUrl } = options;
	if (!isOwnAddress(provider, baseUrl)) return null;
	return provider === "anthropic"
		? { ...schemaOnly, batch: true }
		: {
				structuredOutput: hears.test(model) ? "none" : "schema",
				logprobs: reportsLogprobs.test(model) ? "top" : "none",
				audioInput: hears.test(model),
				batch: true,
			};
}

/** What is known of a model on a server without asking it, and what would have to be found out. */
export function knownCapabilities(
	server: ModelServer & { readonly provider: ServerProvider },
	options: FindCapabilities,
): {
	readonly capabilities: Capabilities;
	readonly missing: readonly ("structuredOutput" | "logprobs")[];
} {
	const {
		structuredOutput = "auto",
		chooses = false,
		batch = "auto",
	} = options;
	const declared = declaredCapabilities(server);
	const stored =
		declared === null
			? options.capabilities.readCapabilities(server)
			: new Map<string, string>();
	const form = formsOf[stored.get("structuredOutput") ?? ""];
	const logprobs = stored.get("logprobs");
	const set =
		structuredOutput === "auto" ? undefined : formsOf[structuredOutput];
	const capabilities: Capabilities = {
		...(declared ?? schemaOnly),
		...(form === undefined ? {} : { structuredOutput: form }),
		...(set === undefined ? {} : { structuredOutput: set }),
		...(chooses && logprobs === "top" ? { logprobs } : {}),
		...(batch === "auto" ? {} : { batch }),
	};
	if (declared !== null) return { capabilities, missing: [] };
	return {
		capabilities,
		missing: [
			...((form ?? set) === undefined ? (["structuredOutput"] as const) : []),
			...(chooses && server.provider === "openai" && logprobs === undefined
				? (["logprobs"] as const)
				: []),
		],
	};
}

/** Capability by its name in the store and in the config. */
const formsOf: Readonly<Record<string, Capabilities["structuredOutput"]>> = {
	schema: "schema",
	json: "json",
	none: "none",
	text: "none",
};
